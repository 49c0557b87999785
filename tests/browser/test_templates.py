"""A clerk takes what is often said, as it fits the ticket, and sees the card before it goes."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from web_scene import filed
from web_visit import PC, visit

from store.database import transaction


@pytest.mark.long
def test_a_fitting_template_is_taken_and_seen_as_it_will_come(chromium: Browser, site: str) -> None:
    one = filed("pothole")
    with transaction() as db:
        db.execute(text("UPDATE residents SET language = 'en'"))
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}")
    page, form = desk.page, desk.page.locator("#move")
    form.get_by_text("対応予定", exact=True).click()
    form.locator(".templates > summary").click()
    expect(form.locator("[data-fitting] li:not([hidden]) b")).to_have_text(
        ["工事を予定しています", "期限までに補修します"]
    )
    expect(form.get_by_role("button", name="補修しました")).to_be_hidden()
    form.get_by_role("button", name="期限までに補修します").press("Enter")
    expect(form.get_by_label("通報した人が読む説明")).to_be_focused()
    form.locator("[data-preview]").click()
    cards = page.get_by_role("dialog")
    expect(cards.get_by_role("heading", name="English")).to_be_visible()
    expect(cards).to_contain_text("plans to repair it by about")
    expect(cards).to_contain_text("ごろまでに補修する予定です。")
    page.keyboard.press("Escape")
    expect(cards).to_be_hidden()
    assert desk.complaints == []
