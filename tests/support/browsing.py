"""Windows of a real browser for the journeys: the chat on a phone, and the city's screens."""

import re

import pytest
from neighbours import Neighbour, Town
from playwright.sync_api import Browser, Page, expect

NUMBER = re.compile(r"(?<!\d)\d{3}-\d{3}-\d{3}(?!\d)")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1360, "height": 850}


def screen(browser: Browser, size: dict[str, int]) -> Page:
    """A new window; any error in it is an error of the test."""
    page = browser.new_page(locale="ja-JP", viewport=size, timezone_id="Asia/Tokyo")
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def sign_in(page: Page, town: Town, who: str) -> None:
    made = town.michi.sign_in[who]
    page.goto(f"{town.michi.web}/sign-in")
    page.get_by_label("名前").fill(made["name"])
    page.get_by_label("パスワード").fill(made["password"])
    page.get_by_role("button", name="サインイン").click()


def chat_of(browser: Browser, town: Town, person: Neighbour) -> Page:
    """This person's phone, with the talk open."""
    page = screen(browser, PHONE)
    page.goto(f"{town.michi.chat}#{person.user_id}")
    expect(page.get_by_role("log")).to_be_visible()
    return page


def type_words(chat: Page, words: str) -> None:
    chat.locator("#words").fill(words)
    chat.locator("#words").press("Enter")


def send_picture(chat: Page, name: str) -> None:
    """One of the pictures of the camera roll."""
    chat.get_by_role("button", name="写真・場所などを送る").click()
    chat.get_by_role("button", name="写真", exact=True).click()
    chat.get_by_role("button", name=name).click()
    chat.get_by_role("button", name="1枚を送信").click()


def tap_reply(chat: Page, name: str) -> None:
    """A quick reply above the keyboard."""
    chat.get_by_role("group", name="クイックリプライ").get_by_role("button", name=name).click()


def tap_card(chat: Page, name: str) -> None:
    """A button on the newest card that has it."""
    chat.get_by_role("log").get_by_role("button", name=name).last.click()


def reads(chat: Page, words: str) -> None:
    """Until these words stand in the talk."""
    expect(chat.get_by_role("log").get_by_text(words).last).to_be_visible()
