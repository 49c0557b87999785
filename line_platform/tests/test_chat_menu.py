"""The menu on the chat page: by hand and by key, folded, and making room on a phone."""

import os
from pathlib import Path

from line_menus import EVERYBODY, areas, ready
from line_platform_client import Bot, Platform
from playwright.sync_api import Page, ViewportSize, expect

PHONE: ViewportSize = {"width": 390, "height": 844}
JAPANESE = areas("通報する", "状況", "わたしの通報", "使い方")
ENGLISH = areas("Report", "Status", "My reports", "Help")


def put_up(platform: Platform) -> None:
    """A Japanese menu for everybody."""
    menu_id = ready(platform, areas=JAPANESE)
    platform.line("POST", f"{EVERYBODY}/{menu_id}").raise_for_status()


def test_the_menu_of_the_account_is_tapped_by_hand_and_by_key(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    put_up(shown)
    menu = talk.get_by_role("region", name="リッチメニュー")
    expect(menu.get_by_role("button")).to_have_count(5)
    menu.get_by_role("button", name="わたしの通報").click()
    expect(talk.locator(".own .bubble").last).to_have_text("わたしの通報")
    menu.get_by_role("button", name="使い方").press("Enter")
    expect(talk.locator(".own .bubble").last).to_have_text("使い方")
    shown.settle()
    data = [event["postback"]["data"] for event in running_bot.events]
    assert data == ["do=2", "do=3"]


def test_another_menu_is_shown_as_soon_as_it_is_linked(talk: Page, shown: Platform) -> None:
    put_up(shown)
    english = ready(shown, areas=ENGLISH)
    menu = talk.get_by_role("region", name="リッチメニュー")
    expect(menu.get_by_role("button", name="通報する")).to_be_visible()
    shown.line("POST", f"/v2/bot/user/{shown.people()[0]}/richmenu/{english}")
    expect(menu.get_by_role("button", name="My reports")).to_be_visible()
    expect(menu.get_by_role("button", name="通報する")).to_have_count(0)
    shown.line("DELETE", f"/v2/bot/richmenu/{english}")
    expect(menu.get_by_role("button", name="通報する")).to_be_visible()
    shown.line("DELETE", "/v2/bot/user/all/richmenu")
    expect(menu).to_be_hidden()


def test_the_bar_folds_the_menu_and_stays(talk: Page, shown: Platform) -> None:
    put_up(shown)
    bar = talk.get_by_role("button", name="メニュー", exact=True)
    report = talk.get_by_role("button", name="通報する")
    for is_open in (True, False, True):
        expect(report).to_be_visible(visible=is_open)
        expect(bar).to_have_attribute("aria-expanded", "true" if is_open else "false")
        bar.click()


def test_on_a_phone_the_menu_makes_room_for_keys_and_quick_replies(
    talk: Page, shown: Platform, tmp_path: Path
) -> None:
    put_up(shown)
    talk.set_viewport_size(PHONE)
    report = talk.get_by_role("button", name="通報する")
    words = talk.get_by_label("メッセージ", exact=True)
    expect(report).to_be_visible()
    talk.screenshot(path=Path(os.environ.get("MICHI_PICTURES", tmp_path)) / "menu.png")
    words.focus()
    expect(report).to_be_hidden()
    words.blur()
    expect(report).to_be_visible()
    action = {"type": "message", "label": "その他", "text": "その他です"}
    choices = {"items": [{"type": "action", "action": action}]}
    question = {"type": "text", "text": "何がありましたか", "quickReply": choices}
    shown.push(shown.people()[0], question)
    expect(talk.get_by_role("button", name="その他")).to_be_visible()
    expect(report).to_be_hidden()
    talk.get_by_role("button", name="メニュー", exact=True).click()
    expect(report).to_be_visible()
    expect(talk.get_by_role("button", name="その他")).to_be_visible()
    talk.get_by_role("button", name="その他").click()
    expect(talk.locator(".own .bubble")).to_have_text("その他です")


def test_a_tap_while_words_are_typed_hits_what_it_aimed_at(
    talk: Page, shown: Platform, running_bot: Bot
) -> None:
    put_up(shown)
    talk.set_viewport_size(PHONE)
    words = talk.get_by_label("メッセージ", exact=True)
    words.fill("穴があります")
    talk.get_by_role("button", name="送信", exact=True).click()
    expect(talk.locator(".own .bubble")).to_have_text("穴があります")
    words.focus()
    talk.get_by_role("button", name="メニュー", exact=True).click()
    expect(talk.get_by_role("button", name="通報する")).to_be_visible()
