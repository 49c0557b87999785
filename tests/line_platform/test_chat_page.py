"""The chat page in a real browser: what is clicked there arrives as LINE would send it."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
from line_platform_client import SECRET, TOKEN, Bot, Json, Platform
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
MAPLIBRE = ROOT / "web/node_modules/maplibre-gl/dist"
MIDDLE_OF_THE_MAP = 139.5067
LAYERS = [ROOT / "local/sample_city" / name for name in ("areas.geojson", "roads.geojson")]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BROWSER = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
SAME = {"type": "postback", "label": "同じです", "data": "same:1", "displayText": "同じです"}
OTHER = {"type": "postback", "label": "同じです", "data": "same:2", "displayText": "同じです"}


@pytest.fixture(scope="module")
def shown(starting: Callable[..., "Popen[str]"], running_bot: Bot) -> Iterator[Platform]:
    """A platform with a map, so far as the map library has been installed."""
    maps = [word for path in LAYERS if path.exists() for word in ("--map", str(path))]
    library = ["--maplibre", str(MAPLIBRE)] if MAPLIBRE.exists() else []
    keys = ["--channel-secret", SECRET, "--access-token", TOKEN]
    process = starting("--webhook", running_bot.url, *keys, *maps, *library)
    with process, httpx.Client(timeout=30, trust_env=False) as http:
        assert process.stdout
        yield Platform(json.loads(process.stdout.readline()), http)
        process.terminate()


@pytest.fixture(scope="module")
def page(shown: Platform) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER)
        page = browser.new_page(locale="ja-JP", viewport={"width": 1280, "height": 800})
        yield page
        browser.close()


@pytest.fixture
def talk(shown: Platform, running_bot: Bot, page: Page) -> Page:
    """The talk of 佐藤 はるか, who has said nothing yet."""
    page.goto("about:blank")
    shown.order("reset")
    running_bot.forget()
    page.goto(f"{shown.addresses['chat']}#{shown.people()[0]}")
    expect(page.get_by_text("まだ何も送っていません")).to_be_visible()
    return page


def bubble(title: str, action: Json) -> Json:
    words = {"type": "text", "text": title, "weight": "bold", "wrap": True}
    button = {"type": "button", "style": "primary", "action": action}
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [words]},
        "footer": {"type": "box", "layout": "vertical", "contents": [button]},
    }


def test_two_pictures_chosen_together_arrive_as_one_set(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_role("button", name="写真・場所などを送る").click()
    talk.get_by_role("button", name="写真", exact=True).click()
    talk.get_by_role("button", name="車道の穴(近くから)").click()
    talk.get_by_role("button", name="割れたカーブミラー").click()
    talk.get_by_role("button", name="2枚を送信").click()
    expect(talk.get_by_role("button", name="写真を大きく表示")).to_have_count(2)
    shown.settle()
    sets = [event["message"]["imageSet"] for event in running_bot.events]
    assert len({one["id"] for one in sets}) == 1
    assert shown.content(running_bot.events[0]["message"]["id"]).content[:2] == b"\xff\xd8"


def test_the_place_under_the_pin_is_the_place_that_is_sent(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_role("button", name="写真・場所などを送る").click()
    talk.get_by_role("button", name="位置情報").click()
    sheet = talk.get_by_role("dialog", name="位置情報")
    expect(sheet.locator(".maplibregl-marker, .no-map")).to_be_visible()
    sheet.locator(".place-canvas").click(position={"x": 120, "y": 90})
    sheet.locator(".place-canvas").press("ArrowRight")
    latitude = float(sheet.get_by_label("緯度").input_value())
    longitude = float(sheet.get_by_label("経度").input_value())
    sheet.get_by_role("button", name="この場所を送る").click()
    expect(talk.locator(".place-card")).to_be_visible()
    shown.settle()
    message = running_bot.events[0]["message"]
    assert (message["latitude"], message["longitude"]) == (latitude, longitude)
    assert (round(latitude, 1), round(longitude, 1)) == (35.7, 139.5)
    assert (longitude < MIDDLE_OF_THE_MAP) == MAPLIBRE.exists()


def test_the_quick_replies_go_away_with_the_answer(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    action = {"type": "message", "label": "その他", "text": "その他です"}
    choices = {"items": [{"type": "action", "action": action}]}
    shown.push(
        shown.people()[0], {"type": "text", "text": "何がありましたか", "quickReply": choices}
    )
    talk.get_by_role("group", name="クイックリプライ").get_by_role("button", name="その他").click()
    expect(talk.get_by_role("log").get_by_text("その他です")).to_be_visible()
    expect(talk.get_by_role("group", name="クイックリプライ")).to_be_hidden()
    shown.settle()
    assert running_bot.events[0]["message"]["text"] == "その他です"


def test_each_card_of_a_carousel_has_its_own_button(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    cards = [bubble("車道の穴", SAME), bubble("割れた縁石", OTHER)]
    carousel = {"type": "carousel", "contents": cards}
    message = {"type": "flex", "altText": "近くの通報 2件", "contents": carousel}
    assert shown.push(shown.people()[0], message).status_code == 200
    card = talk.get_by_role("group", name="近くの通報 2件").get_by_role("listitem").nth(1)
    expect(card.get_by_text("割れた縁石")).to_be_visible()
    card.get_by_role("button", name="同じです").click()
    expect(talk.locator(".own .bubble")).to_have_text("同じです")
    shown.settle()
    assert running_bot.events[0]["postback"]["data"] == "same:2"


def test_a_message_is_taken_back_from_its_menu(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    talk.get_by_label("メッセージ", exact=True).fill("まちがえました")
    talk.get_by_label("メッセージ", exact=True).press("Enter")
    talk.get_by_role("log").get_by_text("まちがえました").hover()
    talk.get_by_role("button", name="このメッセージの操作").click()
    talk.get_by_role("menuitem", name="送信取消").click()
    expect(talk.get_by_role("log").get_by_text("まちがえました")).to_have_count(0)
    shown.settle()
    assert [event["type"] for event in running_bot.events] == ["message", "unsend"]
