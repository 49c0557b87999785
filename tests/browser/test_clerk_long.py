"""A new clerk among 200 tickets: how many keys and clicks the work of a day takes, PC and phone."""

import random
from typing import Final

import pytest
from hands import Hands
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_scene import Filed, filed, sends_more
from web_visit import PC, PHONE, visit

from geo.points import Point
from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets import texts
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.long

STAFF: Final = Actor(Role.STAFF, "佐藤 恵")
KINDS: Final = ("pothole", "sidewalk", "tree", "drain")


def city_of_200() -> list[Filed]:
    """One street lamp that is told of in words of its own, four holes of one place, ten drains."""
    chance = random.Random(13)
    made = []
    for turn in range(200):
        east, north = chance.uniform(-0.018, 0.018), chance.uniform(-0.006, 0.006)
        place, kind, words = (
            Point(139.5067 + east, 35.7011 + north),
            KINDS[turn % 3],
            "いたんでいます",
        )
        if turn < 4:
            place, kind = Point(139.5246 + turn * 0.00004, 35.7015), "pothole"
        elif turn < 14:
            kind, words = "drain", "側溝のふたが割れています"
        elif turn == 14:
            kind, words = "streetlight", "街灯が点滅していて夜まぶしい"
        made.append(filed(kind, place, words=words, pictures=turn < 4))
    texts.take_in()
    return made


def test_a_call_is_written_down_in_few_keys(
    chromium: Browser, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    city_of_200()
    desk = visit(chromium, site, "sato", PC, at="/staff/")
    page = desk.page
    expect(page.locator("#lines li")).to_have_count(50)
    hands = Hands(page)
    hands.press("t")
    expect(page.get_by_label("場所", exact=True)).to_be_focused()
    hands.type("小金井街道と連雀通り")
    expect(page.locator("#places li").first).to_contain_text("交差点")
    hands.press("Enter")
    expect(page.get_by_label("種類")).to_be_focused()
    hands.type("3")
    expect(page.locator("#there")).to_contain_text("小金井街道")
    hands.press("Tab")
    if page.locator("#there [name=same]").count():
        hands.press("ArrowUp", "Tab")
    hands.type("信号の下の標識が曲がっている")
    hands.press("Control+Enter")
    expect(page.get_by_text("受け付けました。受付番号は")).to_be_visible()
    hands.told("a call written down", capsys)
    assert (hands.clicks, hands.keys <= 6, hands.letters <= 30) == (0, True, True)
    assert value("SELECT count(*) FROM tickets") == 201
    assert desk.complaints == []


def test_one_is_found_by_three_words_and_ten_are_answered_alike(
    chromium: Browser, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = city_of_200()
    desk = visit(chromium, site, "sato", PC, at="/staff/")
    page = desk.page
    expect(page.locator("#lines li")).to_have_count(50)
    hands = Hands(page)
    hands.press("/")
    hands.type("街灯 点滅 夜")
    hands.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(made[14].number)
    hands.told("one found by three words", capsys)
    assert (hands.clicks, hands.keys) == (0, 2)
    page.goto("/staff/")
    hands = Hands(page)
    hands.press("/")
    hands.type("側溝 ふた")
    expect(page.locator("#count")).to_have_text("10件")
    hands.click(page.locator("#bulk > summary"))
    hands.click(page.get_by_role("button", name="この条件のすべて(10件)を変える"))
    hands.click(page.get_by_text("状態を変える", exact=True).first)
    hands.choose(page.get_by_label("次の状態"), "scheduled")
    hands.click(page.get_by_text("定型文", exact=True).first)
    hands.click(page.get_by_role("button", name="工事を予定しています"))
    hands.click(page.get_by_role("button", name="何が起きるかを見る"))
    hands.click(page.get_by_role("button", name="10件を変える"))
    expect(page.get_by_text("10件を変えました。")).to_be_visible()
    hands.told("ten answered alike", capsys)
    assert hands.clicks <= 10
    assert len(rows("SELECT FROM tickets WHERE status = 'scheduled'")) == 10
    assert desk.complaints == []


def test_four_are_put_together_in_a_few_clicks(
    chromium: Browser, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = city_of_200()
    desk = visit(chromium, site, "sato", PC, at=f"/staff/tickets/{made[0].number}")
    page, hands = desk.page, Hands(desk.page)
    for other in made[1:4]:
        hands.click(page.get_by_role("checkbox", name=other.number))
    hands.click(page.get_by_role("button", name="まとめる", exact=True))
    expect(page.get_by_role("status").first).to_contain_text("まとめました")
    hands.told("four put together", capsys)
    assert (hands.clicks, hands.keys) == (4, 0)
    assert len(rows("SELECT FROM tickets WHERE status = 'merged'")) == 3
    assert desk.complaints == []


def test_an_answer_after_the_repair_stands_on_top_until_it_was_seen(
    chromium: Browser, site: str
) -> None:
    mended, other = filed(), filed("tree")
    with transaction() as db:
        move(db, mended.id, Status.FIXED, STAFF)
    desk = visit(chromium, site, "sato", PHONE, at="/staff/")
    page = desk.page
    expect(page.locator("#lines li")).to_have_count(1)
    sends_more(mended, "answered", words="まだ穴があります")
    first = page.locator("#lines h3").first
    expect(first).to_have_text("完了・終了したもので要対応 1件")
    expect(page.locator("#lines li").first).to_contain_text(mended.number)
    expect(page.locator("#lines li").last).to_contain_text(other.number)
    page.locator("#lines li").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(mended.number)
    assert desk.complaints == []


def test_the_main_work_is_done_on_a_phone(chromium: Browser, site: str) -> None:
    kept, double = filed(words="大きな穴"), filed(words="同じ穴です")
    desk = visit(chromium, site, "sato", PHONE, at="/staff/", has_touch=True, is_mobile=True)
    page = desk.page
    page.get_by_label("探す").fill(kept.number.replace("-", ""))
    page.get_by_label("探す").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(kept.number)
    page.get_by_role("checkbox", name=double.number).check()
    page.get_by_role("button", name="まとめる", exact=True).tap()
    expect(page.get_by_role("status").first).to_contain_text("まとめました")
    page.locator("#move").get_by_text("対応予定", exact=True).tap()
    page.get_by_label("通報した人が読む説明").fill("月曜に直します")
    page.locator("#move").get_by_role("button", name="この内容で変える").tap()
    expect(page.get_by_role("status").first).to_contain_text("対応予定")
    page.goto("/staff/new")
    page.get_by_label("場所", exact=True).fill("小金井街道と連雀通り")
    page.locator("#places li").first.tap()
    page.get_by_label("種類").select_option("tree")
    page.get_by_role("button", name="受け付ける").tap()
    expect(page.get_by_text("受け付けました。受付番号は")).to_be_visible()
    assert value("SELECT count(*) FROM tickets WHERE status = 'scheduled'") == 1
    assert desk.complaints == []
