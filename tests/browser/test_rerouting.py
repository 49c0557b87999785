"""A pin put right in a real browser, and a crew's two taps."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from web_scene import ON_CITY_ROAD, filed, sends_more
from web_visit import PC, PHONE, visit

from geo.points import Point

NEW_PLACE = re.compile("新しい場所")


def point_of(page: Page) -> tuple[float, float]:
    lat, lon = page.get_by_label("緯度, 経度").input_value().split(", ")
    return float(lat), float(lon)


@pytest.mark.long
def test_a_pin_is_moved_with_the_mouse_then_by_metres_with_the_keys(
    chromium: Browser, site: str
) -> None:
    one = filed("pothole", pictures=1)
    desk = visit(chromium, site, "sato", PC, draws=True, at=f"/staff/tickets/{one.number}")
    page = desk.page
    before = point_of(page)
    page.get_by_text("場所を直す").click()
    pin = page.get_by_role("button", name=NEW_PLACE)
    expect(pin).to_be_visible()
    box = page.locator("#place").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2 - 30)
    expect(page.get_by_label("緯度, 経度")).not_to_have_value(f"{before[0]:.6f}, {before[1]:.6f}")
    lat, lon = point_of(page)
    assert lat > before[0]
    assert lon > before[1]
    pin.press("ArrowUp")
    pin.press("Shift+ArrowLeft")
    moved = point_of(page)
    assert round((moved[0] - lat) * 111_320) == 1
    assert round((lon - moved[1]) * 111_320 * 0.812) == 10
    expect(page.locator("#point-moved")).to_contain_text("m 動かします")
    page.get_by_role("button", name="この場所にする").click()
    expect(page.get_by_role("status").first).to_contain_text("場所を直し")
    assert point_of(page) == moved
    assert desk.complaints == []


@pytest.mark.long
def test_a_place_that_was_sent_later_is_taken_by_one_press(chromium: Browser, site: str) -> None:
    one = filed("pothole", pictures=1)
    sends_more(one, "add", place=Point(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat + 0.0004))
    desk = visit(chromium, site, "sato", PC, draws=True, at=f"/staff/tickets/{one.number}")
    page = desk.page
    both = page.get_by_label("通報した人が送った別の場所"), page.locator(".maplibregl-marker").last
    box = page.locator("#place").bounding_box()
    assert box
    for pin in both:
        expect(pin).to_be_visible()
        at = pin.bounding_box()
        assert at
        assert box["y"] <= at["y"] <= box["y"] + box["height"] - at["height"]
    expect(page.locator(".told-place")).to_contain_text("北へ約 45 m")
    page.get_by_role("button", name="この場所に移す").click()
    expect(page.get_by_role("status").first).to_contain_text("場所を直し")
    expect(page.locator(".told-place")).to_have_count(0)
    assert desk.complaints == []


@pytest.mark.long
def test_two_taps_of_a_crew_send_a_ticket_on(chromium: Browser, site: str) -> None:
    one = filed("pothole")
    phone = visit(chromium, site, "roads", PHONE, at=f"/crew/tickets/{one.number}")
    page = phone.page
    page.get_by_role("button", name="対応中にする").click()
    expect(page.locator(".chips")).to_contain_text("対応中")
    page.get_by_text("うちの担当ではない").click()
    page.get_by_role("button", name="ほかの課の仕事です").click()
    expect(page.get_by_role("status").first).to_contain_text("職員・次の担当へ回しました")
    expect(page.locator(f'li[data-number="{one.number}"]')).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.complaints == []
