"""A clerk changes the routing table in a real browser: refused, mended, tried, switched on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from web_scene import STATION, filed
from web_visit import PC, PHONE, visit
from workshop import working

OTHER_CSV = "order,department,category,owner\r\n10,waste,pothole,city\r\n20,road,,\r\n"


def row(page: Page, order: int) -> Locator:
    """The rule of this number."""
    return page.get_by_role("group", name=f"規則{order}番", exact=True)


def choose(page: Page, order: int, column: str, value: str) -> None:
    row(page, order).get_by_role("combobox", name=column).select_option(label=value)


@pytest.mark.long
def test_a_rule_is_changed_refused_mended_tried_and_switched_on(
    chromium: Browser, site: str
) -> None:
    hole, _ = filed("pothole"), filed("streetlight", STATION)
    desk = visit(chromium, site, "sato", PC, draws=True)
    page = desk.page
    page.get_by_text("設定", exact=True).click()
    page.get_by_role("link", name="振り分け規則").click()
    page.get_by_role("link", name="規則を変える").click()
    choose(page, 70, "担当課", "ごみ対策課")
    page.get_by_role("button", name="規則を足す").click()
    choose(page, 585, "種類", "動物の死骸")
    choose(page, 585, "道路管理者", "市")
    expect(row(page, 585)).to_contain_text("この規則まで来る通報はありません。規則170番が先に")
    page.get_by_label("何を変えたか").fill("穴はごみ対策課へ")
    page.get_by_role("button", name="案として保存").click()
    expect(page.get_by_role("alert")).to_contain_text("まだ保存していません")
    expect(page.get_by_role("alert").get_by_role("link", name="規則585")).to_be_visible()
    page.get_by_role("button", name="規則585番を消す").click()
    page.get_by_role("button", name="案として保存").click()
    expect(page.get_by_role("status").first).to_contain_text("案として保存しました")
    page.get_by_role("button", name="試す").click()
    with working("try_rules"):
        expect(page.locator("#verdict")).to_contain_text("1件の担当課が変わります")
    expect(page.locator("#map")).to_have_attribute("data-points", "1")
    page.get_by_role("button", name="道路管理課からごみ対策課へ 1件").click()
    expect(page.get_by_role("link", name=hole.number)).to_be_visible()
    page.locator("#map canvas").click()
    expect(page.locator("#moves .pointed")).to_contain_text(hole.number)
    page.get_by_label("上の違い").check()
    page.get_by_role("button", name="この版を使い始める").click()
    expect(page.get_by_role("status").first).to_contain_text("使い始めました")
    expect(page.locator("main")).to_contain_text("使い始めました(佐藤 恵)")
    assert not [said for said in desk.complaints if "422" not in said]


@pytest.mark.long
def test_rules_are_moved_by_keyboard_and_what_was_not_saved_is_found_again(
    chromium: Browser, site: str
) -> None:
    desk = visit(chromium, site, "sato", PC, at="/staff/rules/edit")
    page = desk.page
    page.get_by_role("button", name="規則80番を上へ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="規則65番を上へ")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="規則55番を上へ")).to_be_focused()
    page.get_by_role("button", name="一つ戻す").press("Enter")
    expect(page.locator("#changed")).to_have_text("変えた規則 1")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="続きから始める").press("Enter")
    expect(row(page, 65)).to_contain_text("歩道・点字ブロック・縁石")
    page.get_by_role("button", name="すべて取り消す").press("Enter")
    expect(page.locator("#changed")).to_have_text("まだ何も変えていません。")
    assert desk.complaints == []


@pytest.mark.long
def test_a_file_from_excel_is_read_in_on_a_phone_and_changes_nothing_by_itself(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    file = tmp_path / "規則.csv"
    file.write_bytes(OTHER_CSV.encode("cp932"))
    filed("pothole")
    desk = visit(chromium, site, "sato", PHONE, at="/staff/rules/edit")
    page = desk.page
    page.get_by_label("CSV ファイル").set_input_files(file)
    page.get_by_role("button", name="読み込む", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("2行を読み込みました")
    page.get_by_role("button", name="舗装の穴・段差、市 → ごみ対策課").click()
    choose(page, 10, "担当課", "道路管理課")
    page.get_by_label("何を変えたか").fill("二行だけにする")
    page.get_by_role("button", name="案として保存").click()
    page.get_by_role("button", name="試す").click()
    expect(page.locator("#bar-words")).to_contain_text("数えています")
    with working("try_rules"):
        expect(page.locator("#verdict")).to_contain_text("担当課は何も変わりません")
    for path in (page.url, "/staff/rules", "/staff/rules/edit"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    assert desk.complaints == []
