"""A crew is let in within a minute, by eight clicks and a word, and is at its list."""

import pytest
from hands import Hands
from playwright.sync_api import Browser, expect
from web_scene import PASSWORD
from web_visit import PC, PHONE, visit

from reports.people.accounts import create_user
from store.database import transaction

A_MINUTE = 60
NEW = "a quiet road in the hills"


@pytest.mark.long
def test_a_crew_is_invited_comes_and_signs_in_again(
    chromium: Browser, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    desk = visit(chromium, site, "kato", PC, at="/staff/due")
    page, hands = desk.page, Hands(desk.page)
    hands.click(page.get_by_text("設定", exact=True))
    hands.click(page.get_by_role("link", name="利用者"))
    hands.click(page.get_by_role("link", name="招待する"))
    expect(page.get_by_label("道路管理課")).to_be_hidden()
    hands.click(page.get_by_label("サインインの名前"))
    hands.type("yamada")
    hands.click(page.get_by_label("作業班"))
    hands.click(page.get_by_label("道路管理課"))
    hands.click(page.get_by_role("button", name="招待のリンクを作る"))
    link = page.get_by_role("textbox", name="渡すリンク").input_value()
    hands.click(page.get_by_role("button", name="コピーする"))
    assert hands.told("a crew invited", capsys) < A_MINUTE
    assert (hands.clicks, hands.keys) == (8, 0)

    phone = chromium.new_context(viewport=PHONE, locale="ja-JP", base_url=site).new_page()  # type: ignore[arg-type]
    phone.goto(link)
    phone.get_by_label("表示名").fill("山田 太郎")
    phone.get_by_label("パスワード", exact=True).fill(NEW)
    phone.get_by_label("パスワードを見せる").check()
    expect(phone.get_by_label("パスワード", exact=True)).to_have_attribute("type", "text")
    phone.get_by_role("button", name="決めて始める").click()
    expect(phone).to_have_url(f"{site}/crew/")
    phone.get_by_role("button", name="サインアウト").click()
    for password in ("wrong", NEW):
        phone.get_by_label("名前(ユーザー名)").fill("yamada")
        phone.get_by_label("パスワード").fill(password)
        phone.get_by_role("button", name="サインイン").click()
    expect(phone).to_have_url(f"{site}/crew/")
    page.goto("/staff/people")
    expect(page.get_by_role("row", name="山田 太郎")).to_contain_text("作業班")
    assert desk.complaints == []
