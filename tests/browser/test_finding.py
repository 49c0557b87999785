"""A clerk narrows, sorts and keeps the list, opens a ticket and comes back to where they were."""

import re

import pytest
from playwright.sync_api import Browser, expect
from townsfolk import rows
from web_scene import filed
from web_visit import PC, PHONE, visit

from reports.tickets.numbers import new_number

IN_DEPARTMENT = """
    UPDATE users SET department_id = (SELECT id FROM departments WHERE key = 'road')
    WHERE name = 'sato'
"""


@pytest.mark.long
def test_a_list_is_kept_under_a_name_and_opened_by_it(chromium: Browser, site: str) -> None:
    rows(IN_DEPARTMENT)
    one, other = filed("tree", urgent=True), filed()
    rows(
        "UPDATE tickets SET status = 'in_progress', follower_count = 9 WHERE id = :id", id=other.id
    )
    desk = visit(chromium, site, "sato", PC)
    page, lines = desk.page, desk.page.locator("#tickets li")
    expect(lines).to_have_count(2)
    expect(page.get_by_role("option", name="自分の課(1)")).to_be_attached()

    chosen = page.locator("#statuses summary")
    chosen.focus()
    page.keyboard.press("Enter")
    doing = page.get_by_role("checkbox", name=re.compile("^対応中"))
    expect(doing).to_have_accessible_name("対応中 1")
    doing.focus()
    page.keyboard.press("Space")
    expect(lines).to_have_count(1)
    page.get_by_role("checkbox", name=re.compile("^受付")).check()
    expect(lines).to_have_count(2)
    page.keyboard.press("Escape")
    expect(chosen).to_be_focused()
    expect(chosen).to_contain_text("受付・対応中")
    page.get_by_label("並び順").select_option("followers")
    expect(lines.first).to_have_attribute("data-number", other.number)
    expect(page).to_have_url(re.compile(r"\?status=received&status=in_progress&sort=followers$"))

    page.get_by_text("この条件を保存").press("Enter")
    page.get_by_label("一覧の名前").fill("動いているもの")
    page.get_by_label("道路管理課の全員").check()
    page.get_by_label("自分が最初に開く一覧にする").check()
    page.keyboard.press("Enter")
    view = page.get_by_role("link", name="動いているもの (課の一覧) 2")
    expect(view).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="期限", exact=True).click()
    page.get_by_role("link", name="Michi").click()
    expect(page).to_have_url(re.compile("sort=followers"))
    expect(lines.first).to_have_attribute("data-number", other.number)

    page.get_by_label("種類").select_option("tree")
    expect(lines).to_have_count(1)
    expect(lines).to_have_attribute("data-number", one.number)
    page.get_by_role("link", name="期限", exact=True).click()
    page.get_by_role("link", name="地図と一覧").click()
    expect(page).to_have_url(re.compile("category=tree"))
    expect(lines).to_have_count(1)
    assert desk.complaints == []


@pytest.mark.long
@pytest.mark.parametrize("screen", [PC, PHONE])
def test_back_leads_to_the_same_line_of_a_long_list(
    chromium: Browser, site: str, screen: dict[str, int]
) -> None:
    one = filed()
    rows(
        "INSERT INTO tickets (number, category, place, deadline, department_id)"
        " SELECT number.one, category, place, '2027-01-01', department_id"
        " FROM tickets, unnest(CAST(:numbers AS text[])) AS number (one) WHERE id = :id",
        id=one.id,
        numbers=sorted({new_number() for _ in range(80)}),
    )
    desk = visit(chromium, site, "sato", screen, at="/staff/?sort=oldest")
    page, lines = desk.page, desk.page.locator("#tickets li")
    expect(lines).to_have_count(50)
    page.locator("#more").dispatch_event("click")
    expect(lines).to_have_count(81)
    link = lines.nth(68).locator("a")
    link.scroll_into_view_if_needed()
    before = link.bounding_box()
    link.click()
    page.wait_for_url("**/staff/tickets/*")
    page.go_back()
    expect(lines).to_have_count(81)
    expect(link).to_be_focused()
    after = link.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 3
    page.goto("/staff/?sort=oldest")
    expect(lines).to_have_count(50)
    lines.nth(49).locator("a").click()
    expect(page.locator("#way-turn")).to_have_text("50 / 81")
    page.keyboard.press("j")
    expect(page.locator("#way-turn")).to_have_text("51 / 81")
    assert desk.complaints == []
