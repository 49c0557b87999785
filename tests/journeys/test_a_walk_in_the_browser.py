"""The resident's side walked through in the chat page: words, the same hole, ticket and repair.

With MICHI_PICTURES set to a folder, a picture of every station is made there.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import chat_of, reads, send_picture, tap_card, tap_reply, type_words
from neighbours import Neighbour, Office, Town, jpeg, quiet_spot, repaired, until
from PIL import Image
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.long

HOLE = "車道の穴(近くから)"

Keep = Callable[[Page, str], None]


@pytest.fixture
def keep(pictures: Path) -> Keep:
    """A picture of a window, once it stands still."""

    def take(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=pictures / f"walk-{name}.png")

    return take


def shows_its_pictures(chat: Page) -> bool:
    """Every picture in the talk has loaded."""
    seen = "images => images.every(image => image.complete && image.naturalWidth > 0)"
    return bool(chat.get_by_role("log").locator("img").evaluate_all(seen))


def report_with_words(chat: Page, town: Town, person: Neighbour, spot: tuple[float, float]) -> None:
    """Words that name the kind, a photo and a place: nothing to tap."""
    type_words(chat, "公園の前の道に穴があります")
    reads(chat, "舗装の穴・段差")
    send_picture(chat, HOLE)
    reads(chat, "場所を送ってください")
    person.sends_place(*spot)


def test_words_a_photo_and_a_place_make_a_ticket_whose_kind_is_changed_on_a_card(
    town: Town, haruka: Neighbour, browser: Browser, keep: Keep
) -> None:
    chat = chat_of(browser, town, haruka)
    report_with_words(chat, town, haruka, quiet_spot())
    reads(chat, "受け付けました")
    keep(chat, "1-ticket")
    tap_reply(chat, "ほかの種類")
    reads(chat, "種類を選んでください")
    keep(chat, "1-kinds")
    tap_card(chat, "側溝・ます・マンホール")
    until(lambda: ticket_of(town, haruka)["category"] == "drain")
    reads(chat, "側溝・ます・マンホール")
    assert shows_its_pictures(chat)


def test_a_second_person_at_the_same_hole_follows_the_first_ones_ticket(
    town: Town, haruka: Neighbour, browser: Browser, keep: Keep
) -> None:
    spot = quiet_spot()
    number = haruka.reports(spot)
    yoko = town.somebody("ようこ", "ja")
    chat = chat_of(browser, town, yoko)
    report_with_words(chat, town, yoko, spot)
    reads(chat, "同じ場所の通報があります")
    expect(chat.get_by_role("log").get_by_text(number).first).to_be_visible()
    keep(chat, "4-same-hole")
    tap_card(chat, "同じです")
    reads(chat, "同じ通報にまとめました")
    keep(chat, "4-joined")
    assert shows_its_pictures(chat)
    assert ticket_of(town, yoko)["number"] == number


def test_a_photo_taken_sideways_stands_upright_on_its_card(
    town: Town, haruka: Neighbour, browser: Browser, keep: Keep
) -> None:
    chat = chat_of(browser, town, haruka)
    turned = Image.Exif()
    turned[0x0112] = 6
    haruka.sends_photos(jpeg((1200, 900), turned))
    haruka.hears(1)
    haruka.sends_place(*quiet_spot())
    haruka.hears(2)
    haruka.taps("舗装の穴・段差")
    reads(chat, "受け付けました")
    hero = chat.get_by_role("log").get_by_role("group").locator("img").last
    expect(hero).to_have_js_property("complete", True)
    tall = hero.evaluate("image => image.naturalHeight / image.naturalWidth")
    assert tall == pytest.approx(1200 / 900, abs=0.01)
    keep(chat, "1-upright")


def test_a_ticket_is_looked_at_added_to_and_muted(
    town: Town, haruka: Neighbour, browser: Browser, keep: Keep
) -> None:
    haruka.reports()
    chat = chat_of(browser, town, haruka)
    type_words(chat, "状況")
    reads(chat, "いまの状況")
    keep(chat, "6-state")
    tap_card(chat, "写真・ことばを追加")
    send_picture(chat, HOLE)
    until(lambda: ticket_of(town, haruka)["photos"] == 2)
    tap_reply(chat, "終わる")
    type_words(chat, "わたしの通報")
    expect(chat.get_by_role("list")).to_have_count(1)
    keep(chat, "6-mine")
    type_words(chat, "状況")
    tap_reply(chat, "通知を止める")
    until(lambda: ticket_of(town, haruka)["muted"])


def test_a_repair_that_is_none_is_reopened_with_a_photo(
    town: Town, haruka: Neighbour, browser: Browser, crew: Office, keep: Keep
) -> None:
    number = haruka.reports()
    chat = chat_of(browser, town, haruka)
    crew.move(number, "fixed", photo=repaired())
    reads(chat, "状況が変わりました")
    keep(chat, "7-fixed")
    tap_card(chat, "まだです")
    send_picture(chat, HOLE)
    until(lambda: ticket_of(town, haruka)["photos"] == 2)
    assert ticket_of(town, haruka)["status"] == "reopened"
    keep(chat, "7-reopened")
    assert shows_its_pictures(chat)


@pytest.mark.parametrize(
    ("name", "greeting", "question"),
    [
        ("English", "Send a photo", "Please send a photo"),
        ("やさしい", "写真を おくる", "写真を おくってください"),
        ("日本語", "写真を送る", "現場の写真を送ってください"),
    ],
)
def test_the_language_is_changed_by_saying_so(
    name: str, greeting: str, question: str,
    town: Town, haruka: Neighbour, browser: Browser, keep: Keep,
) -> None:  # fmt: skip
    chat = chat_of(browser, town, haruka)
    type_words(chat, name)
    until(lambda: len(haruka.heard()) == 1)
    haruka.does("follow")
    reads(chat, greeting)
    keep(chat, f"9-{name}")
    haruka.sends_place(*quiet_spot())
    reads(chat, question)


def ticket_of(town: Town, person: Neighbour) -> dict[str, object]:
    """The newest ticket that this person follows, with what they sent to it."""
    (row,) = town.rows(
        "SELECT t.number, t.status, t.category, f.muted, (SELECT count(*) FROM photos p"
        " JOIN reports o ON o.id = p.report_id WHERE o.ticket_id = t.id"
        " AND p.resident_id = r.id) AS photos"
        " FROM followers f JOIN tickets t ON t.id = f.ticket_id"
        " JOIN residents r ON r.id = f.resident_id WHERE r.line_user_id = %s"
        " ORDER BY t.id DESC LIMIT 1",
        person.user_id,
    )
    return row
