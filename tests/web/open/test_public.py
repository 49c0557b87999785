"""What strangers can open, and what every answer carries to keep them and us safe."""

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from PIL import Image
from starlette.testclient import TestClient
from web_scene import PAGE, Browser, filed, resident, stored_photo

from reports.photos import intake
from reports.photos.links import last_day, photo_link, signed
from settings import settings
from store.database import transaction
from web.kit import assets
from web.kit.assets import manifest

TOMORROW = last_day(datetime.now(UTC), 1)


def test_the_first_page_says_what_this_is_and_whom_to_call(stranger: TestClient) -> None:
    page = stranger.get("/").text
    assert "小金井市" in page
    assert 'href="tel:110"' in page
    assert 'href="/sign-in"' in page


def test_a_photo_opens_with_our_signature_and_with_no_other(stranger: TestClient) -> None:
    one = filed(pictures=1)
    assert one.photo_id is not None
    for size in ("small", "large"):
        path = photo_link(one.photo_id, size, TOMORROW).removeprefix(settings().public_url)
        answer = stranger.get(path)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"].startswith("private")
        assert b"Exif" not in answer.content
    genuine = signed(one.photo_id, "small", TOMORROW)
    for path in (
        f"/photos/{one.photo_id}/small/{'0' * 32}.jpg",
        f"/photos/{one.photo_id}/large/{genuine}.jpg",
        f"/photos/{one.photo_id}/original/{genuine}.jpg",
        f"/photos/0{one.photo_id}/small/{genuine}.jpg",
        f"/photos/{one.photo_id}/small/{TOMORROW + 1}{genuine[5:]}.jpg",
        f"/photos/{one.photo_id}/small/{genuine[6:]}.jpg",
        f"/photos/{one.photo_id}/small/日本.jpg",
        "/photos/99999999999999999999999/small/x.jpg",
        "/photos/../small/x.jpg",
    ):
        assert stranger.get(path).status_code == 404


def test_a_photo_of_a_report_not_yet_filed_opens_with_our_signature(stranger: TestClient) -> None:
    with transaction() as db:
        draft = stored_photo(db, resident(db))
    path = photo_link(draft, "small", TOMORROW).removeprefix(settings().public_url)
    assert stranger.get(path).status_code == 200


def test_a_photo_taken_back_is_gone_from_its_address(stranger: TestClient) -> None:
    one = filed(pictures=1)
    assert one.photo_id is not None
    with transaction() as db:
        intake.remove(db, one.photo_id)
    path = photo_link(one.photo_id, "small", TOMORROW).removeprefix(settings().public_url)
    assert stranger.get(path).status_code == 404


def test_every_answer_says_what_it_may_load(stranger: TestClient) -> None:
    for path in ("/", "/sign-in", "/nowhere", "/api/tickets"):
        headers = stranger.get(path, headers=PAGE).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    script, drawing, worker = (
        stranger.get(assets.address(name)).headers
        for name in ("kit/dom.js", "kit/icons.svg", "maplibre/maplibre-gl-worker.mjs")
    )
    assert "content-security-policy" not in script  # its page's holds for it
    assert "content-security-policy" in drawing
    assert "content-security-policy" in worker
    assert script["x-content-type-options"] == "nosniff"


def test_the_tiles_that_a_city_chooses_may_be_loaded_and_nothing_else(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAP_TILES_URL", "https://tiles.example.jp/xyz/{z}/{x}/{y}.png")
    settings.cache_clear()
    policy = stranger.get("/").headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://tiles.example.jp;" in policy
    assert "connect-src 'self' https://tiles.example.jp;" in policy


def test_refusals_are_pages_for_people_and_json_for_programs(stranger: TestClient) -> None:
    page = stranger.get("/nowhere", headers=PAGE)
    assert (page.status_code, "このページはありません" in page.text) == (404, True)
    assert "no such page" not in page.text
    english = {"accept": "text/html", "accept-language": "en-GB,ja;q=0.5"}
    assert "There is no such page" in stranger.get(str(page.url.path), headers=english).text
    assert stranger.get("/nowhere").json() == {"detail": "Not Found"}
    assert stranger.post("/", headers=PAGE).status_code == 405


def test_static_files_are_kept_for_ever_below_their_version_only(stranger: TestClient) -> None:
    version = manifest().version
    for path, kept in (
        (f"/static/{version}/kit/base.css", "public, max-age=31536000, immutable"),
        ("/static/kit/base.css", "no-cache"),
        ("/static/000000000000/kit/base.css", "no-cache"),
    ):
        assert stranger.get(path).headers["cache-control"] == kept
    for path in ("/static/", "/static/../settings.py", "/static/%2e%2e/models.py", "/static/x.css"):
        assert stranger.get(path).status_code == 404


def test_maplibre_is_served_as_javascript_by_ourselves(stranger: TestClient) -> None:
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs"):
        answer = stranger.get(f"/static/maplibre/{name}")
        assert answer.headers["content-type"].startswith("text/javascript")
    assert stranger.get("/static/maplibre/maplibre-gl.css").status_code == 200


class Addresses(HTMLParser):
    """Every address a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"script": "src", "img": "src", "link": "href", "use": "href"}.get(tag)
        self.loaded += [value for name, value in attrs if name == wanted and value]


def test_no_page_loads_anything_from_outside_and_all_it_loads_is_there(staff: Browser) -> None:
    one = filed(pictures=1)
    pages = ("/", "/sign-in", "/terms", "/staff/", "/staff/terms", f"/staff/tickets/{one.number}")
    for path in pages:
        page = Addresses()
        page.feed(staff.client.get(path, headers=PAGE).text)
        assert page.loaded
        for address in set(page.loaded):
            assert address.startswith("/")
            assert staff.get(address.partition("#")[0]).status_code == 200, address


def test_the_greetings_picture_stands_where_line_looks_for_it(stranger: TestClient) -> None:
    answer = stranger.get("/static/hello.png")
    assert answer.headers["content-type"] == "image/png"
    assert len(answer.content) <= 200_000
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1020, 663))


PACKAGES = ("exifreader/", "vega/", "idb/", "maplibre/", "workbox/")
"""Of others: what they name in remarks and namespaces, none of them asks for."""


def test_our_scripts_and_sheets_name_no_other_server(stranger: TestClient) -> None:
    ours = [
        file
        for name, file in manifest().files.items()
        if not name.startswith(PACKAGES) and file.suffix != ".png"
    ]
    assert len(ours) > 10
    for file in ours:
        without_names = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:", without_names), file.name


@pytest.mark.parametrize(
    ("path", "place"),
    [("/staff", "/staff/"), ("/crew?done=1", "/crew/?done=1"), ("/terms/", "/terms")],
)
def test_a_slash_too_few_or_too_many_leads_to_a_page_of_this_site(
    stranger: TestClient, path: str, place: str
) -> None:
    theirs = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    answer = stranger.get(path, headers=theirs, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, place)


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/staff", "/staff//", "//"])
def test_no_address_leads_away(stranger: TestClient, path: str) -> None:
    answer = stranger.get(f"http://127.0.0.1:8000{path}", headers=PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) in ((404, None), (307, "/staff"))
