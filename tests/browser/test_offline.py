"""A crew without signal: what is there, what waits, and that it is sent once."""

from pathlib import Path

import pytest
from phone_in_hand import finish, phone, sign_in, until, until_kept
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_scene import filed

MOVES = "SELECT ticket_id FROM history WHERE what = 'moved'"


@pytest.mark.long
def test_a_ticket_is_finished_without_signal_and_sent_once_after_the_browser_was_closed(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one, other = filed(pictures=2), filed(pictures=1)
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 2)
        context.set_offline(True)
        page.goto("/crew/")
        expect(page.locator(".offline-bar")).to_contain_text("電波がありません")
        page.locator(f'a[href="/crew/tickets/{other.number}"]').click()
        photo = page.locator(".crew-photos img").first
        expect(photo).to_be_visible()
        assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1024
        finish(page, one.number)
        expect(page.get_by_role("link", name="送信待ち 1件")).to_be_visible()
        expect(page.get_by_text("送信待ち: 完了")).to_be_visible()
        page.goto("/crew/waiting")
        expect(page.locator("#acts li")).to_contain_text(["完了"])
        expect(page.get_by_role("img", name="完了の写真")).to_be_visible()
        assert rows(MOVES) == []
    with phone(chromium, site, tmp_path) as context:
        page = context.pages[0]
        page.goto("/crew/waiting")
        expect(page.get_by_text("すべて送りました。")).to_be_visible()
        expect(page.locator("#sent li")).to_contain_text([one.number])
        page.goto("/crew/")
        expect(page.locator("#list li")).to_have_count(1)
        until(page, lambda: len(rows(MOVES)) == 1)
    assert rows(MOVES) == [(one.id,)]
    assert value("SELECT count(*) FROM photos WHERE ticket_id IS NOT NULL") == 1
