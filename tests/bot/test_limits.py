"""One person sends so much within an hour and no more, is told so once, and holds up nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from townsfolk import (
    ALEX,
    HARUKA,
    HONCHO,
    STAFF,
    Json,
    button,
    draft,
    hear,
    message,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from bot.render.table import draw
from geo.points import Point
from reports.actions.ask import ask
from reports.outbox.kinds import from_json
from settings import settings
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url", "hours_apart")

PHOTOS = "SELECT count(*) FROM photos WHERE state = 'waiting'"
TICKETS = "SELECT count(*) FROM tickets"
AN_HOUR_LATER = """
    UPDATE residents SET spent = jsonb_set(spent, '{since}',
        to_jsonb((spent ->> 'since')::timestamptz - interval '1 hour'))
"""


@pytest.fixture(autouse=True)
def small_limits(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for what, most in (("PHOTOS", "4"), ("DRAFTS", "3"), ("TICKETS", "2")):
        monkeypatch.setenv(f"RESIDENT_{what}_PER_HOUR", most)
    settings.cache_clear()
    yield
    settings.cache_clear()


def report(number: int, who: str = HARUKA) -> list[Json]:
    """A report of its own, far from the others."""
    at = Point(HONCHO.lon, HONCHO.lat + 0.0005 * number)
    return [photo(who), place(who, at), words("穴", who)]


def last_words(who: str = HARUKA) -> str:
    newest = "SELECT say FROM messages WHERE recipient = :who ORDER BY id DESC LIMIT 1"
    with transaction() as db:
        drawn = draw(db, who, [*map(from_json, value(newest, who=who))])
    return "\n".join(str(one.get("text") or one.get("altText")) for one in drawn)


def test_no_more_photos_are_taken_and_nothing_of_them_is_fetched() -> None:
    hear(*[photo() for _ in range(4)])
    hear(photo(), photo(), photo())
    assert said() == [["ask"]] * 4 + [["limit", "ask"]]
    assert value(PHOTOS) == value("SELECT count(*) FROM tasks") == len(draft()["photos"]) == 4
    assert "1時間に受け取れる写真は4枚までです。60分たったら" in last_words()


def test_the_report_goes_on_without_more_photos() -> None:
    hear(*[photo() for _ in range(5)], place(), words("穴"))
    assert value(TICKETS) == 1
    assert said()[-1] == ["ticket"]


def test_a_report_goes_on_without_a_photo_that_is_not_taken() -> None:
    hear(*[photo() for _ in range(4)], words("やめる"), place(), photo())
    assert said()[-1] == ["limit", "ask"]
    assert "写真を送って" not in last_words()
    hear(photo(), words("穴"))
    assert said()[-1] == ["ticket"]


def test_who_has_begun_nothing_is_asked_for_nothing() -> None:
    hear(*[photo() for _ in range(4)], words("やめる"), photo())
    assert said()[-1] == ["limit"]
    assert draft() == {}


def test_photos_that_are_added_to_a_ticket_count_as_well() -> None:
    hear(*report(0))
    number = value("SELECT number FROM tickets")
    hear(button(f"do=add&number={number}"), *[photo() for _ in range(4)])
    assert said()[-1] == ["limit", "added"]
    assert value(PHOTOS) == 4


def test_no_more_reports_are_begun_and_that_is_told_once() -> None:
    for _ in range(3):
        hear(words("穴"), words("やめる"))
    hear(words("穴"), place(), words("大きな穴"), photo())
    assert said()[6:] == [["limit"]]
    assert draft() == {}
    assert value(PHOTOS) == 0
    assert "1時間に始められる通報は3件までです" in last_words()


def test_who_has_filed_enough_begins_no_other_one() -> None:
    hear(*report(0), *report(1))
    hear(*report(2))
    assert said()[6:] == [["limit"]]
    assert value(TICKETS) == 2
    assert draft() == {}
    assert "1時間に受け付けられる通報は2件までです" in last_words()


def test_who_asks_to_begin_is_told_instead_of_asked() -> None:
    hear(*report(0), *report(1), photo())
    for asked in (button("do=report"), words("通報"), button("do=no_photo&draft=old")):
        hear(asked)
        assert said()[-1][-1] == "limit"
    hear(message(HARUKA, "sticker"))
    assert said()[-1] == ["unusable", "limit"]


def test_words_of_danger_always_get_their_numbers() -> None:
    hear(*report(0), *report(1), photo())
    for _ in range(2):
        hear(words("ガスのにおいがして危ない"))
        assert said()[-1] == ["urgent", "limit"]
        assert "110" in last_words()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("状況", "status"), ("わたしの通報", "mine"), ("使い方", "how"), ("English", "language"),
     ("わたしのデータを消して", "my_data"), ("やめる", "nothing_to_cancel"),
     ("こんにちは", "not_understood")],
)  # fmt: skip
def test_whatever_else_is_asked_is_answered(asked: str, answered: str) -> None:
    hear(*report(0), *report(1), photo(), words("穴"))
    hear(words(asked))
    assert said()[-1][0] == answered


def test_an_hour_later_it_goes_on() -> None:
    hear(*report(0), *report(1), *report(2))
    rows(AN_HOUR_LATER)
    hear(*report(2))
    assert value(TICKETS) == 3
    assert said()[-1] == ["ticket"]


def test_what_counts_an_hour_is_that_hour_and_its_person_alone() -> None:
    hear(*report(0), *report(1), *report(2))
    hear(*report(4, ALEX))
    assert said(ALEX) == [["ask"], ["ask"], ["ticket"]]
    rows(AN_HOUR_LATER)
    hear(*report(2), *report(3), *report(5))
    assert value(f"{TICKETS} WHERE id IN (SELECT ticket_id FROM reports)") == 5
    assert said()[-1] == ["limit"]


def added_to_a_ticket_and_meant_for_another() -> str:
    """Two tickets are filed; what was added to one of them is a report of its own. Its answer."""
    hear(*report(0), *report(1))
    number = value("SELECT number FROM tickets ORDER BY id LIMIT 1")
    hear(button(f"do=add&number={number}"), photo(), words("穴"), place(at=Point(139.509, 35.7045)))
    hear(button(f"do=not_this&draft={draft()['key']}"))
    return str(draft()["key"])


def test_a_complete_report_that_cannot_be_filed_yet_stays_until_its_button_is_pressed() -> None:
    key = added_to_a_ticket_and_meant_for_another()
    assert said()[-1] == ["limit"]
    assert "「前の続きにする」" in last_words()
    for again in (button(f"do=resume&draft={key}"), words("前の続きにする")):
        hear(again)
        assert said()[-1] == ["limit"]
        assert value(TICKETS) == 2
    rows(AN_HOUR_LATER)
    hear(words("前の続きにする"))
    assert (value(TICKETS), said()[-1]) == (3, ["ticket"])
    photos = "SELECT count(*) FROM photos JOIN reports r ON r.id = report_id WHERE r.draft_key = :k"
    assert value(photos, k=key) == 1


def test_an_answer_to_staff_is_taken_whatever_was_filed() -> None:
    hear(*report(0), *report(1), photo())
    with transaction() as db:
        ask(db, value("SELECT max(id) FROM tickets"), STAFF, "どちら側ですか。")
    rows("UPDATE messages SET state = 'sent' WHERE event_id IS NULL")
    hear(words("右側です"))
    assert said()[-1] == ["added"]


def test_a_set_beyond_the_limit_is_kept_as_far_as_it_goes_and_told_of_once() -> None:
    hear(*[photo(image_set="S") for _ in range(9)])
    assert said() == [["ask"], ["limit", "ask"]]
    assert len(draft()["photos"]) == 4


def test_0_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for what in ("PHOTOS", "DRAFTS", "TICKETS"):
        monkeypatch.setenv(f"RESIDENT_{what}_PER_HOUR", "0")
    settings.cache_clear()
    hear(*[part for number in range(5) for part in report(number)])
    assert value(TICKETS) == 5


@pytest.mark.parametrize(
    "odd", ['{"since": "2026-11-20T09:00:00"}', '{"since": "soon"}', '{"photos": 3}', "[]", '"x"']
)
def test_what_another_version_has_counted_keeps_nobody_from_being_heard(odd: str) -> None:
    hear(photo())
    rows("UPDATE residents SET spent = CAST(:odd AS jsonb)", odd=odd)
    hear(photo())
    assert said() == [["ask"], ["ask"]]


def spent() -> Any:
    return value("SELECT spent FROM residents")


def test_what_is_not_limited_is_not_counted() -> None:
    hear(words("状況"), words("こんにちは"))
    assert spent() == {}
    hear(photo(), place())
    assert {name: spent()[name] for name in spent() if name != "since"} == {
        "photos": 1,
        "drafts": 1,
    }
