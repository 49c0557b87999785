"""The public map, list and frame in a real browser: on a phone and a PC, light and dark, in three
languages, without JavaScript; pins are pressed, and nothing keeps anybody out."""

import io
import os
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from axe_core import faults
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from public_board import a_board, published
from townsfolk import STAFF
from web_scene import filed
from web_visit import NO_WEBGL, PC, PHONE, Visit, wait_for_colour

from geo.points import Point
from reports.actions.move import move
from reports.tickets.status import Status
from settings import settings
from store.database import transaction
from web.open.words import LANGUAGES
from workers import publishing

SMALL: Final = {"width": 360, "height": 740}

SHOTS: Final = os.environ.get("MICHI_SHOTS", "")
"""A folder for pictures of what was looked at."""
Come = Callable[..., Visit]


def a_photo(route: Route) -> None:
    """In place of the store: what colour it has is of its name."""
    colour = "#6b7f8f" if "before" in route.request.url else "#8fae7a"
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(picture, "JPEG")
    route.fulfill(body=picture.getvalue(), content_type="image/jpeg")


@pytest.fixture
def come(chromium: Browser, site: str) -> Iterator[Come]:
    """Somebody who has never been here, at a page of ours."""
    contexts = []

    def came(path: str, screen: dict[str, int], *, draws: bool = False, **more: Any) -> Visit:
        context = chromium.new_context(
            viewport=screen,  # type: ignore[arg-type]
            base_url=site,
            reduced_motion="reduce",
            **{"locale": "ja-JP"} | more,
        )
        contexts.append(context)
        if not draws:
            context.add_init_script(NO_WEBGL)
        context.route("**/open/photos/*", a_photo)
        made = Visit(context.new_page())
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on(
            "console",
            lambda said: made.complaints.append(said.text) if said.type == "error" else None,
        )
        made.page.goto(path)
        return made

    yield came
    for context in contexts:
        context.close()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def some_with_photos() -> None:
    photos = {"before_photo": "before", "before_small": "before-s"}
    published("in_progress", category="streetlight", town="緑町五丁目", **photos)
    more = {"after_photo": "after", "after_small": "after-s"}
    a_board(44)
    published("made_safe", category="guardrail", road="小金井街道(都道15)", **photos)
    published("fixed", category="mirror", town="前原町四丁目", **photos, **more)


@pytest.mark.long
def test_everybody_reads_it_on_every_screen(come: Come) -> None:
    some_with_photos()
    for language in LANGUAGES:
        for name, screen in (("phone", PHONE), ("pc", PC)):
            for scheme in ("light", "dark"):
                look = {"color_scheme": scheme}
                for state in ("now", "fixed"):
                    path = f"/open?lang={language}&state={state}"
                    one = come(path, screen, **look)
                    one.page.wait_for_load_state("networkidle")
                    shot(one.page, f"{language}-{name}-{scheme}-{state}")
                    assert faults(one) == [], path
                    assert one.complaints == []
                    one.page.context.close()


@pytest.mark.long
def test_without_javascript_everything_but_the_map_is_there(come: Come) -> None:
    some_with_photos()
    for name, screen in (("phone", PHONE), ("pc", PC)):
        one = come("/open", screen, java_script_enabled=False)
        expect(one.page.locator(".tickets li .chip").first).to_be_visible()
        expect(one.page.locator("#map")).to_be_hidden()
        shot(one.page, f"plain-{name}")
        one.page.get_by_label("状態").select_option("fixed")
        one.page.get_by_label("町名・受付番号で探す").fill("本町1丁目")
        one.page.get_by_role("button", name="探す").click()
        expect(one.page.locator(".tickets li .chip").first).to_have_text("直りました")
        expect(one.page.locator(".tickets li .where").first).to_contain_text("本町一丁目")
        one.page.get_by_text("数を表で見る").click()
        expect(one.page.locator("#chart-table")).to_be_visible()
        one.page.get_by_role("link", name="English").click()
        expect(one.page.get_by_role("heading", level=1)).to_have_text(
            "Road reports in Koganei City"
        )
        expect(one.page.locator(".tickets li .chip").first).to_have_text("Mended")


@pytest.mark.long
def test_a_resident_follows_a_report_from_line_on_a_phone_without_javascript(come: Come) -> None:
    """From the link on the card to the ticket, on to the list, and to another one by its town."""
    one = filed("streetlight")
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF, note="直しました")
    publishing.publish()
    some_with_photos()
    for language, town in (("ja", "本町1丁目"), ("easy_ja", "緑町"), ("en", "本町6丁目")):
        walker = come(
            f"/open/tickets/{one.number}?lang={language}", SMALL, java_script_enabled=False
        )
        page, seen = walker.page, []
        for step in ("ticket", "list", "found", "next"):
            shot(page, f"walk-{language}-{step}")
            seen.append(page.url)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, step
            match step:
                case "ticket":
                    page.locator(".to-list a").click()
                case "list":
                    page.locator("input[name=q]").fill(town)
                    page.locator("form.ask button.main").click()
                case "found":
                    page.locator(".tickets li a").first.click()
                case "next":
                    expect(page.locator("#happened")).to_be_visible()
        assert f"lang={language}" in page.url
        assert walker.complaints == []
        assert page.context.cookies() == []
        with_scripts = come("/open", SMALL)  # which axe needs
        for address in seen:
            with_scripts.page.goto(address)
            assert faults(with_scripts) == [], address


@pytest.mark.long
def test_a_pin_is_pressed_and_says_what_it_is(come: Come) -> None:
    with_photo = {"before_photo": "before", "before_small": "before-s"}
    number = published("fixed", category="mirror", lon=139.5090, lat=35.7010, **with_photo)
    one = come("/open?state=fixed&lang=en", PC, draws=True)
    wait_for_colour(one.page, Point(139.5090, 35.7010), "#2a7d46", east=8)
    box = one.page.locator("#map").bounding_box()
    assert box
    one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = one.page.locator(".maplibregl-popup")
    expect(card.get_by_role("link")).to_have_attribute("href", f"/open/tickets/{number}?lang=en")
    expect(card).to_contain_text("Mended")
    shot(one.page, "pin")
    assert one.complaints == []


@pytest.mark.long
def test_the_citys_own_site_shows_the_map_and_no_other_does(
    come: Come, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_board(20)
    with other_site(site) as theirs:
        monkeypatch.setenv("EMBED_ORIGINS", theirs)
        settings.cache_clear()
        one = come(theirs, PHONE, draws=True)
        frame = one.page.frame_locator("iframe")
        expect(frame.get_by_role("link")).to_have_attribute("target", "_blank")
        expect(frame.locator("#map canvas")).to_be_visible()
        expect(one.page.get_by_role("img", name="いまの様子")).to_be_visible()
        one.page.wait_for_timeout(1500 if SHOTS else 0)
        shot(one.page, "embedded")
        assert one.complaints == []
        assert one.page.context.cookies() == []
        monkeypatch.setenv("EMBED_ORIGINS", "https://www.city.example.jp")
        settings.cache_clear()
        refused = come(theirs, PHONE)
        refused.page.wait_for_load_state("networkidle")
        assert any("frame-ancestors" in said for said in refused.complaints)


class other_site:
    """A page elsewhere with the snippet of docs/open.md in it; gives its address."""

    def __init__(self, ours: str) -> None:
        book = (Path(__file__).parents[2] / "docs" / "open.md").read_text("utf-8")
        snippets = [part.partition("```")[0] for part in book.split("```html\n")[1:]]
        body = "<!doctype html><title>市のサイト</title><h1>市のサイト</h1>" + "".join(snippets)
        page = body.replace("https://michi.example.jp", ours).encode()

        class City(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), City)

    def __enter__(self) -> str:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
