"""A clerk changes the city's own data without a mouse: the order, a deadline, a closing day."""

import pytest
from playwright.sync_api import Browser, Page, expect
from web_scene import filed
from web_visit import PC, visit


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=name, exact=True).press("Enter")  # type: ignore[arg-type]


@pytest.mark.long
def test_the_citys_data_is_changed_by_keyboard(chromium: Browser, site: str) -> None:
    filed("pothole")
    desk = visit(chromium, site, "sato", PC)
    page = desk.page
    page.get_by_text("設定", exact=True).press("Enter")
    press(page, "市の設定", "link")
    press(page, "通報の種類", "link")
    press(page, "順番を変える", "link")
    press(page, "舗装の穴・段差を下へ")
    expect(page.get_by_role("button", name="舗装の穴・段差を下へ")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("3番目に動かしました。")
    for _ in range(2):
        press(page, "舗装の穴・段差を上へ")
    expect(page.get_by_role("button", name="舗装の穴・段差を下へ")).to_be_focused()
    press(page, "カーブミラーを上へ")
    press(page, "変わるところを見る")
    expect(page.get_by_role("heading", name="種類の順番を変える")).to_be_focused()
    expect(page.locator(".changes")).to_contain_text("カーブミラーの順番")
    press(page, "この内容で保存する")
    expect(page.get_by_role("status")).to_contain_text("保存しました")
    expect(page.locator(".kinds a").nth(2)).to_have_text("カーブミラー")
    press(page, "舗装の穴・段差", "link")
    page.get_by_label("期限(開庁日)", exact=True).fill("5")
    page.keyboard.press("Enter")
    expect(page.locator("#effects")).to_contain_text("いま終わっていない 1件の期限は変わりません")
    press(page, "直す")
    expect(page.get_by_label("期限(開庁日)", exact=True)).to_have_value("5")
    press(page, "変わるところを見る")
    press(page, "この内容で保存する")
    expect(page.get_by_role("status")).to_contain_text("保存しました")
    page.goto("/staff/city/days?year=2027")
    page.get_by_label("初めの日").fill("2027-01-04")
    press(page, "変わるところを見る")
    press(page, "この内容で保存する")
    expect(page.locator(".own-days")).to_contain_text("2027年1月4日(月)")
    expect(page.get_by_text("4市の閉庁日", exact=True)).to_be_visible()
    assert desk.complaints == []
