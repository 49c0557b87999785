"""The list saved, in a real browser: from the list, by the keyboard, and as the last time."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect
from townsfolk import rows
from web_scene import filed
from web_visit import PHONE, visit
from workshop import working

from reports.documents.exports import forms


@pytest.mark.long
def test_form_and_columns_are_chosen_by_keys_and_kept_without_what_is_personal(
    chromium: Browser, site: str
) -> None:
    filed("tree", words="山田です")
    filed("pothole")
    desk = visit(chromium, site, "sato", PHONE)
    page = desk.page
    page.get_by_label("種類").select_option("tree")
    expect(page.locator("#count")).to_have_text("1件")
    page.get_by_role("link", name="保存・印刷").click()
    expect(page.locator(".asked")).to_contain_text("1件 状態: 未完了すべて、種類: 街路樹・倒木・草")
    page.get_by_role("radio", name="Excel").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="CSV")).to_be_checked()
    page.get_by_role("checkbox", name="地区").press("Space")
    page.get_by_role("checkbox", name="通報した人の言葉").press("Space")
    with page.expect_response("**/staff/table/choice"), page.expect_download() as saved:
        page.get_by_role("button", name="保存する").press("Enter")
    head, line = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert saved.value.suggested_filename.endswith(".csv")
    assert ("地区" in head, head.endswith("通報した人の言葉"), "山田" in line) == (
        False,
        True,
        True,
    )
    expect(page.get_by_role("status")).to_have_text("保存を始めました。")

    page.goto("/staff/table")
    expect(page.get_by_role("radio", name="CSV")).to_be_checked()
    expect(page.get_by_role("checkbox", name="地区")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="通報した人の言葉")).not_to_be_checked()
    address = page.get_by_role("link", name="この条件と列のアドレス")
    assert "form=csv" in (address.get_attribute("href") or "")
    assert "words" not in (address.get_attribute("href") or "")
    page.evaluate(
        "document.querySelectorAll('[name=column]').forEach((tick) => (tick.checked = false))"
    )
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("列をひとつ以上")
    expect(page.get_by_role("checkbox", name="受付番号")).to_be_focused()
    page.get_by_role("radio", name="PDF").check()
    expect(page.locator("#columns")).to_be_hidden()
    expect(page.get_by_role("alert")).to_be_hidden()
    assert desk.complaints == []


@pytest.mark.long
def test_a_file_that_takes_a_while_is_waited_for_and_saved(
    chromium: Browser, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(forms.FORMS["xlsx"], at_once=1)
    monkeypatch.setitem(forms.FORMS, "xlsx", few)  # type: ignore[arg-type]
    for _ in range(2):
        filed()
    desk = visit(chromium, site, "sato", PHONE, at="/staff/table")
    page = desk.page
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("button", name="作り始める").click()
    expect(page.locator("#bar-words")).to_have_text("現在 0件目 / 2件")
    rows("UPDATE exports SET done = 1")
    expect(page.locator("#bar-words")).to_have_text("現在 1件目 / 2件")
    with working("make_export"):
        expect(page.get_by_role("status")).to_have_text("ファイルができました。")
    save = page.get_by_role("link", name="保存する")
    expect(save).to_be_focused()
    with page.expect_download() as saved:
        save.press("Enter")
    assert saved.value.path().read_bytes().startswith(b"PK")
    assert desk.complaints == []
