"""A ticket's page in a real browser: the way through the list by keys, photos, what comes anew."""

import pytest
from playwright.sync_api import Browser, Page, expect
from web_scene import STATION, filed, sends_more
from web_visit import PC, visit

from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

USUAL = {"width": 1440, "height": 900}


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.long
def test_single_keys_lead_through_the_list_one_came_from_until_they_are_switched_off(
    chromium: Browser, site: str
) -> None:
    holes = [filed("pothole", pictures=turn) for turn in range(3)]
    filed("tree", STATION)
    desk = visit(chromium, site, "sato", PC, at="/staff/?category=pothole")
    page, title = desk.page, desk.page.get_by_role("heading", level=1)
    expect(page.locator("#tickets li")).to_have_count(3)
    press(page, "j", "j", "k", "j", "o")
    expect(title).to_contain_text(holes[1].number)
    expect(page.locator("#way-turn")).to_have_text("2 / 3")
    press(page, "j")
    expect(title).to_contain_text(holes[2].number)
    expect(page.get_by_role("link", name="次", exact=True)).to_be_hidden()
    press(page, "k")
    expect(page.locator("#way-turn")).to_have_text("2 / 3")

    press(page, "a")
    expect(page.get_by_label("質問の文")).to_be_focused()
    page.keyboard.type("jo?n")
    expect(page.get_by_label("質問の文")).to_have_value("jo?n")
    page.get_by_role("button", name="キー操作").click()
    page.get_by_label("1文字のキーで操作する").uncheck()
    page.get_by_role("button", name="閉じる").click()
    press(page, "n", "j", "?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="キー操作").click()
    page.get_by_label("1文字のキーで操作する").check()
    press(page, "Escape", "n")
    expect(page.get_by_label("メモを書く")).to_be_focused()
    page.get_by_role("link", name="一覧", exact=True).click()
    expect(page.locator(f'li[data-number="{holes[1].number}"] a')).to_be_focused()
    press(page, "k", "o")
    expect(page.locator("#way-turn")).to_have_text("1 / 3")
    press(page, "/")
    expect(page.get_by_role("searchbox", name="探す")).to_be_focused()
    expect(page.locator("#tickets li")).to_have_count(3)
    assert desk.complaints == []


@pytest.mark.long
def test_photos_grow_and_stand_side_by_side_and_an_answer_comes_by_itself(
    chromium: Browser, site: str
) -> None:
    one = filed("pothole", pictures=2)
    near = filed("pothole", pictures=1)
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{one.number}")
    page, viewer = desk.page, desk.page.get_by_role("dialog")
    first = viewer.locator(".viewer-pane").first
    press(page, "o")
    expect(viewer.get_by_role("heading")).to_have_text("1 / 3 通報の写真 1枚目: 舗装の穴・段差")
    press(page, "ArrowRight", "+", "r")
    expect(viewer.get_by_role("heading")).to_contain_text("2 / 3")
    expect(viewer.get_by_label("倍率")).to_have_text("150%")
    turned = "element => getComputedStyle(element).transform"
    assert first.locator("img").evaluate(turned).startswith("matrix(0, 1.5, -1.5, 0,")
    press(page, "c")
    expect(viewer.locator("figure:visible")).to_have_count(2)
    press(page, "Escape")
    page.get_by_role("link", name=f"近くの {near.number} の写真").click()
    expect(viewer.locator("figcaption:visible")).to_have_text(
        ["通報の写真 1枚目: 舗装の穴・段差", f"近くの {near.number} の写真"]
    )
    press(page, "Escape")

    page.locator("#note").fill("いま書いています")
    sends_more(one, "add", words="水もたまっています", pictures=1)
    with transaction() as db:
        move(db, one.id, Status.INSPECTING, Actor(Role.STAFF, "鈴木"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#fresh")).to_contain_text("入力中の欄はそのままです")
    expect(page.get_by_text("水もたまっています")).to_be_visible()
    expect(page.locator("[data-live=photos] img")).to_have_count(3)
    expect(page.locator(".ticket-head .chip")).to_have_text("現場確認中")
    expect(page.locator(".fresh-line")).to_have_count(2)
    expect(page.locator("#note")).to_have_value("いま書いています")
    assert desk.complaints == []


@pytest.mark.long
def test_state_and_answer_are_in_sight_at_once(chromium: Browser, site: str) -> None:
    one = filed("pothole", pictures=2, words="大きな穴があります。自転車が転びそうです")
    filed("pothole", pictures=1)
    desk = visit(chromium, site, "sato", USUAL, at=f"/staff/tickets/{one.number}")
    page, move = desk.page, desk.page.locator("#move")
    for part in (
        page.locator(".ticket-head .chip").first,
        move.locator(".moves"),
        move.get_by_label("通報した人が読む説明"),
        move.get_by_role("button", name="この内容で変える"),
        page.get_by_text("大きな穴があります").first,
    ):
        expect(part).to_be_in_viewport(ratio=1)
    assert desk.complaints == []
