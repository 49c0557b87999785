"""A clerk with the telephone at the ear finds a ticket by the keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, expect
from townsfolk import rows
from web_scene import filed
from web_visit import PC, visit

from reports.tickets import texts


@pytest.mark.long
def test_a_ticket_is_found_by_keyboard_and_the_address_keeps_what_was_typed(
    chromium: Browser, site: str
) -> None:
    lamp, hole = filed(words="街灯が消えています"), filed(words="穴です")
    texts.take_in()
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() WHERE id = :id", id=hole.id)
    desk = visit(chromium, site, "sato", PC)
    page, lines = desk.page, desk.page.locator("#tickets li")
    expect(lines).to_have_count(1)
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="探す")
    expect(field).to_be_focused()
    page.keyboard.type("街灯")
    expect(page).to_have_url(re.compile("q="))
    expect(lines).to_have_attribute("data-number", lamp.number)
    page.keyboard.press("Control+a")
    page.keyboard.type("穴")
    expect(page.locator("#tickets")).to_contain_text("この条件の受付票はありません")
    page.get_by_role("button", name="完了・終了した受付票からも探す").click()
    expect(lines).to_have_attribute("data-number", hole.number)
    expect(field).to_be_focused()

    page.reload()
    expect(field).to_have_value("穴")
    expect(lines).to_have_attribute("data-number", hole.number)
    field.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/tickets/{hole.number}")
    page.go_back()
    expect(field).to_have_value("穴")

    field.fill(lamp.number.replace("-", ""))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/tickets/{lamp.number}")
    assert desk.complaints == []
