"""Photos that programs name by an address: from where they are fetched, and from where not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi import FastAPI
from georeport_scene import HOLE, program
from townsfolk import rows
from web_scene import picture
from workshop import work_off

from reports.people.permissions import Scope
from reports.photos import media
from settings import settings
from workers import outside_photos
from workers.outside_photos import NotThere


class Host(BaseHTTPRequestHandler):
    """/photo.jpg is there, /inside leads to another server's; `asked`: for what."""

    asked: list[str]
    photo: bytes
    inside: str

    def do_GET(self) -> None:
        self.asked.append(self.path)
        there = self.path == "/photo.jpg"
        self.send_response(200 if there else 302 if self.path == "/inside" else 404)
        if self.path == "/inside":
            self.send_header("Location", self.inside)
        self.end_headers()
        self.wfile.write(self.photo if there else b"")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[type[Host]]]:
    """Two on loopback; the first may be asked, as its address is written out."""
    made: list[type[Host]] = []
    servers = []
    for _ in range(2):
        kind = type("OneHost", (Host,), {"asked": [], "photo": picture(), "inside": ""})
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), kind))
        made.append(kind)
    first, second = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    made[0].address, made[1].address = first, second  # type: ignore[attr-defined]
    made[0].inside = f"{second}/photo.jpg"
    monkeypatch.setenv("OPEN311_MEDIA_HOSTS", f"{first}, localhost, photos.example.jp")
    settings.cache_clear()
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_photo_is_taken_in_from_a_host_that_is_named_and_from_no_other(
    app: FastAPI, hosts: list[type[Host]]
) -> None:
    named, other = hosts
    urls = [
        f"{named.address}/photo.jpg", f"{named.address}/inside", f"{named.address}/gone",  # type: ignore[attr-defined]
        f"{other.address}/photo.jpg",  # type: ignore[attr-defined]
    ]  # fmt: skip
    program(app, Scope.WRITE).post("posted", "requests", **HOLE, media_url=urls)
    work_off("fetch_media")
    work_off("take_in_photo")
    found = rows("SELECT state, original, large FROM photos ORDER BY id")
    assert [each.state for each in found] == ["stored", "unfetched", "gone"]
    assert found[0].original
    assert found[0].large
    assert named.asked == ["/photo.jpg", "/inside", "/gone"]
    assert other.asked == []
    (words,) = rows("SELECT words FROM remarks WHERE words LIKE '写真%'")
    assert words.words.endswith(urls[3])


def test_a_name_that_leads_inside_is_not_asked(
    hosts: list[type[Host]],
) -> None:
    for url in ("https://localhost/x", "https://elsewhere.example.jp/x", "ftp://localhost/x"):
        with pytest.raises(NotThere):
            outside_photos.fetched(url)
    for address in (
        "10.0.0.5",
        "169.254.169.254",
        "::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "168.63.129.16",
    ):
        with pytest.raises(NotThere, match="not public"):
            outside_photos.fetched("https://photos.example.jp/x", lambda *_, one=address: [one])
    assert not media.is_allowed("http://photos.example.jp/x")
    assert not media.is_allowed("https://photos.example.jp:8443/x")
    assert not media.is_allowed("https://me@photos.example.jp/x")
