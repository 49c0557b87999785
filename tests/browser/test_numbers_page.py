"""The page of numbers in a real browser: its charts, its questions, and it without scripts."""

import re

import pytest
from playwright.sync_api import Browser, expect
from web_scene import filed
from web_visit import PC, PHONE, visit

from workers.numbers import count


@pytest.mark.long
def test_charts_are_drawn_and_open_the_list_behind_them(chromium: Browser, site: str) -> None:
    numbers = {filed("pothole").number, filed("pothole").number}
    count()
    desk = visit(chromium, site, "sato", PC, at="/staff/")
    page = desk.page
    page.get_by_role("link", name="数字", exact=True).click()
    charts = page.locator(".chart svg")
    expect(charts).to_have_count(3)
    expect(charts.first).to_contain_text("受け付けた 2")
    for name in ("週ごとの受付と完了", "残っているものの古さ", "種類ごとの受付"):
        expect(page.get_by_role("img", name=re.compile(name))).to_be_visible()
    page.locator(".chart").nth(2).locator(".mark-rect path").first.click()
    expect(page.get_by_role("heading", name="受け付けた受付票")).to_be_visible()
    for number in numbers:
        expect(page.get_by_role("link", name=number)).to_be_visible()
    page.get_by_role("navigation", name="戻る").get_by_role("link").click()
    page.get_by_label("受け付けたの数え方").click()
    expect(page.get_by_text("あとで重複としてまとめたものも数えます")).to_be_visible()
    table = page.locator(".heat-card").get_by_role("table")  # no map can be drawn here
    expect(table.get_by_role("link", name=re.compile("受け付けた 2件"))).to_be_visible()
    assert desk.complaints == []


@pytest.mark.long
def test_a_phone_without_scripts_has_the_tables(chromium: Browser, site: str) -> None:
    filed("pothole")
    count()
    desk = visit(chromium, site, "sato", PHONE, java_script_enabled=False)
    page = desk.page
    page.goto("/staff/numbers")
    expect(page.locator(".chart:visible")).to_have_count(0)
    expect(page.get_by_role("link", name="舗装の穴・段差 受け付けた 1件")).to_be_visible()
    page.locator("summary", has_text="日付と条件を選ぶ").click()
    page.get_by_label("種類", exact=True).first.select_option("tree")
    page.get_by_role("button", name="この条件で見る").click()
    expect(page.get_by_text("この期間には何もありません")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
