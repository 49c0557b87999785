"""A note goes from one clerk to a crew and to another clerk, who see it without being told."""

import pytest
from playwright.sync_api import Browser, Page, expect
from web_scene import filed
from web_visit import PC, PHONE, visit


def note(page: Page, number: str, words: str, to: str) -> None:
    page.goto(f"/staff/tickets/{number}")
    page.get_by_label("メモを書く").fill(words)
    page.get_by_label("宛先").select_option(label=to)
    page.get_by_role("button", name="メモを残す").press("Enter")
    expect(page.locator("#notes")).to_contain_text(words)


@pytest.mark.long
def test_a_note_is_seen_by_whom_it_is_for_until_they_have_ticked_it_off(
    chromium: Browser, site: str
) -> None:
    one = filed()
    filed()
    desk = visit(chromium, site, "sato", PC)
    page = desk.page
    note(page, one.number, "夕方までに応急処置をお願いします", "道路管理課")
    note(page, one.number, "住民に折り返す", "佐藤 恵")
    page.goto("/staff/")
    line = page.locator(f'#tickets li[data-number="{one.number}"]')
    expect(line).to_contain_text("メモあり")
    page.get_by_role("link", name="あなたへのメモ 1件").click()
    expect(page.locator("#tickets li")).to_have_count(1)
    expect(page.locator("#rarer-count")).to_have_text("(1件を使用中)")

    crew = visit(chromium, site, "roads", PHONE)
    expect(crew.page.locator(f'li[data-number="{one.number}"]')).to_contain_text("メモあり")
    crew.page.goto(f"/crew/tickets/{one.number}")
    expect(crew.page.locator("main")).not_to_contain_text("住民に折り返す")
    crew.page.get_by_role("button", name="確認した").click()
    expect(crew.page.get_by_text("道路作業班 が確認")).to_be_visible()

    other = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}").page
    other.get_by_label("通報した人が読む説明").fill("書きかけの説明")
    other.get_by_role("button", name="確認した").click()
    expect(other.get_by_label("通報した人が読む説明")).to_have_value("書きかけの説明")
    expect(other.locator("#notes")).to_contain_text("佐藤 恵 が確認")
    expect(page.locator("#tickets")).to_contain_text("この条件の受付票はありません")
    expect(page.locator("#memos")).to_be_hidden()
    assert desk.complaints == crew.complaints == []
