"""A call is written down by keyboard alone, and the same hole is seen before."""

import pytest
from playwright.sync_api import Browser, expect
from townsfolk import value
from web_scene import filed
from web_visit import PC, visit


@pytest.mark.long
def test_a_call_is_written_down_by_keyboard_alone(chromium: Browser, site: str) -> None:
    filed(pictures=1)
    desk = visit(chromium, site, "sato", PC, at="/staff/new")
    page, keys = desk.page, desk.page.keyboard
    expect(page.get_by_label("場所", exact=True)).to_be_focused()
    keys.type("35.7015, 139.5246")
    expect(page.locator("#places li")).to_have_count(1)
    keys.press("Enter")
    expect(page.get_by_label("種類")).to_be_focused()
    keys.type("1")
    expect(page.get_by_text("どれともちがう")).to_be_visible()
    keys.press("Tab")
    keys.press("ArrowUp")  # the last of them: a new one
    expect(page.get_by_label("どれともちがう")).to_be_checked()
    keys.press("Tab")
    keys.type("車道の真ん中に穴")
    for _ in range(2):
        keys.press("Tab")
    keys.type("田中")
    keys.press("Tab")
    keys.type("090-1234-5678")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    expect(page.get_by_text("受け付けました。受付番号は")).to_be_visible()
    assert value("SELECT count(*) FROM tickets") == 2
    assert value("SELECT call_back FROM callers")
    assert desk.complaints == []


@pytest.mark.long
def test_a_town_is_where_one_goes_on_looking(chromium: Browser, site: str) -> None:
    desk = visit(chromium, site, "sato", PC, at="/staff/new", draws=True)
    page, keys = desk.page, desk.page.keyboard
    keys.type("本町6")
    expect(page.locator("#places li").first).to_contain_text("本町六丁目")
    keys.press("Enter")
    expect(page.locator("#map canvas")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("種類")).to_be_focused()
    expect(page.locator("#there")).to_contain_text("本町六丁目")
    keys.type("2")
    expect(page.get_by_label("種類")).to_have_value("sidewalk")
    keys.press("Tab")
    expect(page.get_by_label("種類")).not_to_be_focused()
    assert desk.complaints == []
