"""Many tickets at once and a crew's day, by keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_crew import another, in_charge
from web_scene import filed
from web_visit import PC, visit

from reports.city.clock import today


@pytest.mark.long
def test_some_are_ticked_changed_and_taken_back_by_keyboard(chromium: Browser, site: str) -> None:
    tickets = [filed() for _ in range(3)]
    desk = visit(chromium, site, "sato", PC, at="/staff/")
    page, keys = desk.page, desk.page.keyboard
    expect(page.locator("#lines li")).to_have_count(3)
    for key in "jxjx":
        keys.press(key)
    expect(page.locator("#chosen")).to_have_text(" 2件")
    page.locator("#bulk > summary").press("Enter")
    page.get_by_role("button", name="選んだ受付票 2件を変える").press("Enter")
    page.get_by_role("radio", name="状態を変える").press("Space")
    page.get_by_label("次の状態").select_option("現場確認中")
    page.get_by_role("button", name="何が起きるかを見る").press("Enter")
    expect(page.locator("#preview")).to_be_focused()
    page.get_by_role("button", name="2件を変える").press("Enter")
    expect(page.get_by_text("2件を変えました。")).to_be_visible()
    assert value("SELECT count(*) FROM tickets WHERE status = 'inspecting'") == 2
    page.get_by_role("button", name="元に戻す").press("Enter")
    expect(page.get_by_text("2件を変えました。")).to_be_visible()
    assert rows("SELECT FROM tickets WHERE status <> 'received'") == []
    assert len(tickets) == 3
    assert desk.complaints == []


@pytest.mark.long
def test_a_day_is_packed_at_the_desk_by_keyboard(chromium: Browser, site: str) -> None:
    tickets, tanaka = [filed() for _ in range(3)], another()
    desk = visit(chromium, site, "sato", PC, at=f"/staff/plan?department=road&person={tanaka}")
    page = desk.page
    for one in tickets:
        page.locator(f'[name="t.{one.number}"]').press("Space")
    page.get_by_role("button", name="選んだ 3件を田中 一の一日に入れる").press("Enter")
    expect(page.locator("#said")).to_have_text("一日に入れました。")
    rows_of_day = page.locator("#stops li")
    expect(rows_of_day).to_have_count(3)
    last = rows_of_day.last.get_attribute("data-number")
    with page.expect_response("**/staff/plan"):
        rows_of_day.last.get_by_role("button", name="上へ").press("Enter")
    expect(rows_of_day.nth(1)).to_have_attribute("data-number", str(last))
    turns = "SELECT t.number FROM plan_stops JOIN tickets t ON t.id = ticket_id"
    order = [row.number for row in rows(f"{turns} WHERE day = :day ORDER BY turn", day=today())]
    assert order[1] == last
    assert [in_charge(one.id) for one in tickets] == [tanaka] * 3
    assert desk.complaints == []
