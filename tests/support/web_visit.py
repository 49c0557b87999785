"""A real Chromium's view of the site: who comes in, on which screen, and what it complains of."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image
from PIL.ImageColor import getrgb
from playwright.sync_api import Browser, Page
from web_scene import PASSWORD

from geo.points import Point
from reports.city import profile
from store.database import transaction

PC = {"width": 1366, "height": 820}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
NO_WEBGL = """
    const drawn = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : drawn.call(this, kind, ...more);
    };
"""


@dataclass
class Visit:
    """One person's open page, and everything the browser complained of meanwhile."""

    page: Page
    complaints: list[str] = field(default_factory=list)


def visit(
    chromium: Browser,
    site: str,
    name: str,
    screen: dict[str, int],
    *,
    at: str = "",
    draws: bool = False,
    **more: object,
) -> Visit:
    """Somebody who has signed in, at this page, else at their first one.

    Maps are drawn only where `draws`: without a graphics card one costs more than all the rest.
    Nothing moves for show, as for somebody who has asked their browser for that.
    """
    context = chromium.new_context(
        viewport=screen,  # type: ignore[arg-type]
        locale="ja-JP",
        base_url=site,
        reduced_motion="reduce",
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    if not draws:
        context.add_init_script(NO_WEBGL)
    made = Visit(context.new_page())
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on(
        "console",
        lambda said: made.complaints.append(said.text) if said.type == "error" else None,
    )
    keys = {"name": name, "password": PASSWORD}
    answer = context.request.post("/sign-in", form=keys, headers={"Origin": site})
    assert answer.ok, answer.text()
    made.page.goto(at or answer.url)
    return made


def click_map(page: Page, place: Point | None, done: Callable[[], bool]) -> None:
    """Click where the place is on the desk's map as it begins, or its middle, until it is done."""
    x, y = _on_screen(page, place)
    for _ in range(60):
        page.mouse.click(x, y)
        page.wait_for_timeout(500)
        if done():
            return
    raise AssertionError("nothing opens where the ticket is")


def wait_for_colour(page: Page, place: Point, colour: str, *, east: int = 0) -> None:
    """Until the map, as it begins, is this colour (#rrggbb) so many pixels east of the place."""
    x, y = _on_screen(page, place)
    for _ in range(60):
        shot = page.screenshot(clip={"x": x + east, "y": y, "width": 1, "height": 1})
        if Image.open(io.BytesIO(shot)).convert("RGB").getpixel((0, 0)) == getrgb(colour):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"nothing {colour} is drawn there")


def _on_screen(page: Page, place: Point | None) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    assert box is not None
    east, south = _from_the_middle(place) if place else (0, 0)
    return box["x"] + box["width"] / 2 + east, box["y"] + box["height"] / 2 + south


def _from_the_middle(place: Point) -> tuple[float, float]:
    """In pixels, to the east and to the south."""
    with transaction() as db:
        facts = profile.profile(db)
    world = 512 * 2 ** facts["zoom"]
    east = (place.lon - facts["centre"]["lon"]) / 360 * world
    return east, (_northing(facts["centre"]["lat"]) - _northing(place.lat)) * world


def _northing(lat: float) -> float:
    """Web Mercator (EPSG:3857), as a part of the world's height."""
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
