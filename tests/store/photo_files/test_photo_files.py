"""The photo store, once in a real folder and once in a real S3 server on this machine."""

import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.rounds import in_child
from store.photo_files import (
    MARKER,
    Files,
    FilesAway,
    Kind,
    NoSuchFile,
    StrangeStore,
    WrongStoreUrl,
    folder,
    key_of,
    open_files,
)
from store.photo_files.bucket import Bucket
from store.photo_files.folder import Folder

PHOTO = b"\xff\xd8\xff a photo of a hole" * 1000
HASH = hashlib.sha256(PHOTO).hexdigest()
KINDS: tuple[Kind, ...] = ("original", "large", "small")
OURS = "the store of a city"


def made(url: str, id: str = OURS) -> Files:
    """A store that was made once, and is opened."""
    files = open_files(url, id)
    files.make()
    return files


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with one bucket, `city`."""
    from moto.server import ThreadedMotoServer  # most of a second, in every process that collects

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/city").raise_for_status()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a city")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    return s3


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return made(f"file://{tmp_path}/photos")
    request.getfixturevalue("aws")
    return made(f"s3://city/{tmp_path.name}/photos")


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_comes_back_as_it_was_put(files: Files, kind: Kind) -> None:
    assert files.get(files.put(PHOTO, kind)) == PHOTO


def test_a_photo_is_named_by_what_it_is(files: Files) -> None:
    pair = f"{HASH[:2]}/{HASH[2:4]}/{HASH}"
    keys = [files.put(PHOTO, kind) for kind in KINDS]
    assert keys == [f"originals/{pair}", f"large/{pair}.jpg", f"small/{pair}.jpg"]
    assert keys == [key_of(PHOTO, kind) for kind in KINDS]


def test_the_same_photo_put_by_many_at_once_is_one_file(files: Files) -> None:
    with ThreadPoolExecutor(8) as people:
        keys = set(people.map(lambda _: files.put(PHOTO, "original"), range(16)))
    assert len(keys) == 1
    assert files.get(keys.pop()) == PHOTO


def test_a_photo_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    files = made(f"file://{tmp_path}/photos")
    path = tmp_path / "photos" / files.put(PHOTO, "original")
    before = path.stat()
    files.put(PHOTO, "original")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_deleted_photo_is_gone_and_deleting_it_again_is_fine(files: Files) -> None:
    key = files.put(PHOTO, "small")
    files.delete(key)
    files.delete(key)
    with pytest.raises(NoSuchFile):
        files.get(key)


def test_deleting_an_original_leaves_its_pictures(files: Files) -> None:
    original, large = files.put(PHOTO, "original"), files.put(PHOTO, "large")
    files.delete(original)
    assert files.get(large) == PHOTO


def test_a_photo_of_twenty_megabytes_and_one_of_none_are_photos_too(files: Files) -> None:
    for data in (os.urandom(20_000_000), b""):
        assert files.get(files.put(data, "original")) == data


STRANGE = [
    "",
    "photo.jpg",
    "/etc/passwd",
    "../../../etc/passwd",
    f"originals/../large/{HASH}",
    f"originals/{HASH[:2]}/../{HASH}",
    f"originals/{HASH[:2]}/{HASH[2:4]}/{HASH}\n",
    f"originals/{HASH[:2]}/{HASH[2:4]}/{HASH}\0.jpg",
    f"originals/{HASH[:2]}/{HASH[2:4]}/{HASH}/../../../../secret",
    f"originals/00/00/{HASH}",
    f"secrets/{HASH[:2]}/{HASH[2:4]}/{HASH}",
    f"originals/{HASH[:2]}/{HASH[2:4]}/{HASH.upper()}X",
]


@pytest.mark.parametrize("key", STRANGE)
def test_a_key_that_no_photo_can_have_reaches_nothing(files: Files, key: str) -> None:
    for act in (files.get, files.delete):
        with pytest.raises(NoSuchFile):
            act(key)


def test_a_store_that_is_there_is_ready(files: Files) -> None:
    files.check()


def test_nobody_else_on_the_machine_can_look_into_the_folder(tmp_path: Path) -> None:
    files = made(f"file://{tmp_path}/photos")
    for kind in KINDS:
        files.put(PHOTO, kind)
    paths = [tmp_path / "photos", *(tmp_path / "photos").rglob("*")]
    assert len(paths) > 6
    assert [path for path in paths if path.stat().st_mode & 0o077] == []


def test_nothing_of_a_photo_is_left_when_it_is_deleted_after_a_killed_writer(
    tmp_path: Path,
) -> None:
    files = made(f"file://{tmp_path}/photos")
    key = files.put(PHOTO, "original")
    half = tmp_path / "photos" / f"{key}.killed.part"
    half.write_bytes(PHOTO[:100])
    files.delete(key)
    assert [path.name for path in (tmp_path / "photos").rglob("*") if path.is_file()] == [MARKER]


def test_a_folder_with_spaces_and_japanese_in_its_name_is_a_folder(tmp_path: Path) -> None:
    url = (tmp_path / "道の 写真").as_uri()
    made(url).put(PHOTO, "original")
    assert (tmp_path / "道の 写真" / "originals").is_dir()


def all_say_away(files: Files, key: str) -> None:
    for act in (
        lambda: files.put(PHOTO, "original"),
        lambda: files.get(key),
        lambda: files.delete(key),
        files.check,
    ):
        with pytest.raises(FilesAway):
            act()


def test_a_disk_that_is_away_is_not_a_missing_photo(tmp_path: Path) -> None:
    files = made(f"file://{tmp_path}/photos")
    key = files.put(PHOTO, "original")
    (tmp_path / "photos").rename(tmp_path / "elsewhere")
    all_say_away(files, key)
    (tmp_path / "photos").mkdir()  # the empty place where the disk was
    all_say_away(files, key)
    (tmp_path / "photos").rmdir()
    (tmp_path / "elsewhere").rename(tmp_path / "photos")
    assert files.get(key) == PHOTO


def test_a_store_is_made_once_and_by_nobody_who_only_opens_it(tmp_path: Path) -> None:
    files = open_files(f"file://{tmp_path}/photos", OURS)
    all_say_away(files, key_of(PHOTO, "original"))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_beside_a_disk_that_is_away(tmp_path: Path) -> None:
    """Nor does what lies there already, from before there were markers, pass for kept."""
    files = made(f"file://{tmp_path}/photos")
    key = files.put(PHOTO, "original")
    (tmp_path / "photos").rename(tmp_path / "disk")
    beside = tmp_path / "photos" / key
    beside.parent.mkdir(parents=True)
    beside.write_bytes(PHOTO)
    for kind in KINDS:
        with pytest.raises(StrangeStore, match="missing"):
            files.put(PHOTO, kind)
    with pytest.raises(StrangeStore, match="missing"):
        files.delete(key)
    assert [path for path in (tmp_path / "photos").rglob("*") if path.is_file()] == [beside]


def test_a_disk_that_goes_away_in_the_middle_has_what_was_begun_on_it(tmp_path: Path) -> None:
    files = made(f"file://{tmp_path}/photos")
    key = key_of(PHOTO, "original")
    assert isinstance(files.shelf, Folder)
    with files.shelf._entered() as root:
        (tmp_path / "photos").rename(tmp_path / "disk")
        (tmp_path / "photos").mkdir()
        folder._write_whole(root, key, PHOTO)
    assert (tmp_path / "disk" / key).read_bytes() == PHOTO
    assert list((tmp_path / "photos").iterdir()) == []


def test_a_store_without_its_marker_is_away(files: Files) -> None:
    key = files.put(PHOTO, "original")
    erase_marker(files)
    again = reopened(files)
    for act in (lambda: again.put(PHOTO, "large"), lambda: again.delete(key), again.check):
        with pytest.raises(StrangeStore, match="missing"):
            act()
    again.make()
    assert again.get(key) == PHOTO


def erase_marker(files: Files) -> None:
    if isinstance(files.shelf, Folder):
        (files.shelf.root / MARKER).unlink()
    else:
        files.shelf.delete(MARKER)


def reopened(files: Files) -> Files:
    """As another process opens the same store."""
    if isinstance(files.shelf, Bucket):
        return Files(Bucket(files.shelf.store, files.shelf.id))
    return files


def test_the_store_of_another_installation_is_left_alone(tmp_path: Path, aws: str) -> None:
    for url in (f"file://{tmp_path}/photos", f"s3://city/{tmp_path.name}"):
        theirs = made(url, "another city's")
        key = theirs.put(PHOTO, "original")
        ours = open_files(url, OURS)
        for act in (partial(ours.put, PHOTO, "large"), partial(ours.delete, key), ours.check):
            with pytest.raises(StrangeStore, match="another"):
                act()
        assert theirs.get(key) == PHOTO
        assert (ours.marked_by(), ours.has(key)) == ("another city's", True)


def test_a_store_says_whose_it_is_before_it_is_opened(files: Files, tmp_path: Path) -> None:
    assert files.marked_by() == OURS
    assert open_files(f"file://{tmp_path}/elsewhere", OURS).marked_by() is None
    assert not files.has(key_of(PHOTO, "original"))


def test_an_empty_marker_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / MARKER).write_bytes(b"")
    for id in (OURS, ""):
        with pytest.raises(StrangeStore):
            open_files(f"file://{tmp_path}/photos", id).check()


def test_a_bucket_that_is_away_is_not_a_missing_photo(aws: str) -> None:
    all_say_away(open_files("s3://another-city/photos", OURS), key_of(PHOTO, "original"))


def test_an_s3_that_does_not_answer_is_away(
    aws: str, monkeypatch: pytest.MonkeyPatch, unused_port: int
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused_port}")
    all_say_away(open_files("s3://city/photos", OURS), key_of(PHOTO, "original"))


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is taken and at which nobody answers."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def old_s3(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """An S3 as some still are, which knows no conditions; gives what it is asked for."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        def log(self, type: str, message: str, *args: Any) -> None:
            pass

    moto, asked = DomainDispatcherApplication(create_backend_app), list[str]()

    def answer(request: dict[str, Any], start: Any) -> Any:
        asked.append(f"{request['REQUEST_METHOD']} {request['QUERY_STRING']}")
        if "HTTP_IF_NONE_MATCH" not in request:
            return moto(request, start)
        start("501 Not Implemented", [("Content-Type", "application/xml")])
        return [b"<Error><Code>NotImplemented</Code><Header>If-None-Match</Header></Error>"]

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_s3_that_knows_no_conditions_keeps_photos_too(old_s3: list[str]) -> None:
    """Alibaba's answers 501 to `If-None-Match` (https://github.com/tobi/walgit/issues/67)."""
    files = made("s3://city/old")
    assert files.get(files.put(PHOTO, "original")) == PHOTO
    assert files.put(PHOTO, "original") == key_of(PHOTO, "original")


def test_a_large_photo_is_one_request_so_that_no_half_of_it_is_left(old_s3: list[str]) -> None:
    made("s3://city/large").put(bytes(20_000_000), "original")
    assert {request for request in old_s3 if not request.startswith("GET")} == {"PUT "}


def test_a_prefix_keeps_two_stores_in_one_bucket_apart(aws: str) -> None:
    here, there = made("s3://city/here"), made("s3://city/there/")
    key = here.put(PHOTO, "original")
    with pytest.raises(NoSuchFile):
        there.get(key)
    there.put(PHOTO, "original")
    here.delete(key)
    assert there.get(key) == PHOTO


def test_a_folder_is_at_hand_in_a_process_forked_after_its_use(tmp_path: Path) -> None:
    files = made(f"file://{tmp_path}/photos")
    key = files.put(PHOTO, "original")
    assert in_child(lambda: files.get(key)) == PHOTO


def test_s3_says_so_instead_of_hanging_in_a_process_forked_after_its_use(aws: str) -> None:
    files = made("s3://city/forked")
    key = files.put(PHOTO, "original")

    def in_the_child() -> str:
        try:
            return files.get(key).hex()
        except FilesAway as away:
            return str(away)

    assert "forked" in in_child(in_the_child)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "photos",
        "/var/lib/photos",
        "http://example.com/photos",
        "memory:///",
        "file:photos/of/a/city",
        "file://another-machine/photos",
        "file:///",
        "file:///var/../etc",
        "s3://",
        "s3:///prefix",
        "s3://city/../prefix",
    ],
)
def test_an_address_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(WrongStoreUrl, match="PHOTO_STORE_URL"):
        open_files(url, OURS)


@pytest.mark.parametrize("host", ["192.0.2.7:9000", "storage.example.com", "localhost.example.com"])
def test_photos_do_not_leave_this_machine_over_plain_http(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}")
    with pytest.raises(WrongStoreUrl, match="https"):
        open_files("s3://city/photos", OURS)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000"])
def test_plain_http_is_allowed_to_this_machine(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}")
    open_files("s3://city/photos", OURS)


def test_a_folder_that_cannot_be_made_is_away(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file stands here")
    with pytest.raises(FilesAway):
        made(f"file://{tmp_path}/photos")
