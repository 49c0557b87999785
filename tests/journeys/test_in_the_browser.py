"""A newcomer's two minutes: play a resident in the chat, see the ticket on the staff's map.

With MICHI_PICTURES set to a folder, the pictures of the README are made there.
"""

import os
import re
from pathlib import Path

import httpx
from browsing import DESK, NUMBER, PHONE, screen, sign_in, tap_card
from neighbours import Neighbour, Town, michi, repaired
from playwright.sync_api import Browser, Page, expect

from local.day.cast import stories
from local.day.residents import Resident

TALL_PHONE = {"width": 412, "height": 940}


def as_on_a_weekday(town: Town) -> None:
    """So that the pictures show the account's menu, and a map that is not empty."""
    done = michi(town, "line", "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    with httpx.Client(base_url=town.michi.line_api, timeout=30) as line:
        for story in stories()[:14]:
            if not (story.lost or story.outside):
                Resident(line, story).report()


def test_a_resident_reports_staff_see_it_the_crew_mends_it(
    town: Town, haruka: Neighbour, browser: Browser, pictures: Path
) -> None:
    if "MICHI_PICTURES" in os.environ:
        as_on_a_weekday(town)
    chat = screen(browser, TALL_PHONE)
    chat.goto(f"{town.michi.chat}#{haruka.user_id}")
    number = report_by_hand(chat)
    fold_the_menu(chat)
    chat.screenshot(path=pictures / "chat.png")

    desk = screen(browser, DESK)
    sign_in(desk, town, "staff")
    expect(desk.locator(f"a[href$='/{number}']").first).to_be_visible()
    settle(desk, 4_000)
    desk.screenshot(path=pictures / "map.png")
    desk.goto(f"{town.michi.web}/staff/tickets/{number}")
    expect(desk.get_by_text(number).first).to_be_visible()
    settle(desk, 1_500)
    desk.screenshot(path=pictures / "ticket.png", full_page=True)

    crew = screen(browser, PHONE)
    sign_in(crew, town, "crew")
    expect(crew.locator(f"a[href$='/{number}']").first).to_be_visible()
    crew.screenshot(path=pictures / "crew.png")
    crew.goto(f"{town.michi.web}/crew/tickets/{number}")
    crew.locator("#fixed-camera").set_input_files(
        {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": repaired()}
    )
    expect(crew.locator("#finish .taken li")).to_be_visible()
    crew.screenshot(path=pictures / "crew-ticket.png")
    crew.get_by_role("button", name=re.compile("完了|送")).last.click()
    talk = chat.get_by_role("log")
    expect(talk.get_by_text("状況が変わりました")).to_be_visible()
    expect(talk.get_by_text("対応済").first).to_be_visible()
    settle(chat, 500)
    chat.screenshot(path=pictures / "chat-fixed.png")


def settle(page: Page, milliseconds: int) -> None:
    """For a picture, all of the map is there, and nothing moves."""
    if "MICHI_PICTURES" in os.environ:
        page.wait_for_timeout(milliseconds)


def fold_the_menu(chat: Page) -> None:
    """So that a whole card is to be seen."""
    unfolded = chat.locator("#rich-bar[aria-expanded=true]")
    if unfolded.is_visible():
        unfolded.click()
        settle(chat, 800)


def report_by_hand(chat: Page) -> str:
    """Photo, place, tap; gives the number on the card."""
    chat.get_by_role("button", name="写真・場所などを送る").click()
    chat.get_by_role("button", name="写真", exact=True).click()
    chat.get_by_role("button", name="車道の穴(近くから)").click()
    chat.get_by_role("button", name="1枚を送信").click()
    replies = chat.get_by_role("group", name="クイックリプライ")
    replies.get_by_role("button", name="場所を送る").click()
    chat.get_by_role("button", name="この場所を送る").click()
    tap_card(chat, "舗装の穴・段差")
    card = chat.get_by_text(NUMBER).last
    expect(card).to_be_visible()
    settle(chat, 800)
    return NUMBER.findall(card.inner_text())[0]
