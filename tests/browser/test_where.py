"""Staff ask the map with the mouse, with the keyboard and on a phone."""

import pytest
from playwright.sync_api import Browser, expect
from web_visit import PC, PHONE, visit


@pytest.mark.long
def test_a_click_the_keyboard_and_typed_numbers_are_answered_alike(
    chromium: Browser, site: str
) -> None:
    desk = visit(chromium, site, "sato", PC, draws=True)
    page = desk.page
    page.get_by_role("link", name="場所を調べる").click()
    map_ = page.locator("#map canvas")
    map_.click(position={"x": 400, "y": 300})
    expect(page.locator("#answer table")).to_contain_text("道路管理課")
    assert "lon=139.5" in page.url
    first = page.get_by_label("経度").input_value()
    map_.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("経度")).not_to_have_value(first)
    page.get_by_label("種類").select_option(label="街路樹・倒木・草")
    expect(page.locator("#answer .department")).to_be_visible()
    page.get_by_label("経度").fill("139.5083")
    page.get_by_label("緯度").fill("35.7087")
    page.get_by_role("button", name="この場所を調べる").click()
    expect(page.locator("#answer")).to_contain_text("差が小さいため")
    expect(page.locator(".maplibregl-marker")).to_be_visible()
    assert desk.complaints == []


@pytest.mark.long
def test_on_a_phone_the_answer_comes_into_sight(chromium: Browser, site: str) -> None:
    page = visit(
        chromium, site, "sato", PHONE, draws=True, at="/staff/where?lon=139.4795&lat=35.7003"
    ).page
    expect(page.locator("#answer")).to_contain_text("国分寺市の区域です")
    page.get_by_role("button", name="地図の中央を調べる").click()
    expect(page.locator("#answer-title")).to_be_in_viewport()
    page.get_by_label("緯度").fill("139.5")
    page.get_by_label("経度").fill("35.7")
    page.get_by_role("button", name="この場所を調べる").click()
    expect(page.get_by_role("alert")).to_contain_text("逆のようです")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
