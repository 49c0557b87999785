"""Who asks for another language reads again in it what they were told last."""

from typing import Any

import pytest
from townsfolk import (
    HARUKA,
    STAFF,
    Json,
    button,
    event,
    hear,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from bot.render.table import draw
from reports.actions.move import move
from reports.outbox import kinds, residents
from reports.outbox.kinds import from_json
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url", "hours_apart")

KIND = words("舗装の穴・段差")
NUMBER = "SELECT number FROM tickets"


def are_read() -> None:
    """Everything said so far is on their screen."""
    rows("UPDATE messages SET state = 'sent', sent_at = now() WHERE state = 'waiting' RETURNING 1")


def switched(*before: Json, to: str = "English") -> list[str]:
    """What is said to who changes the language after that."""
    hear(*before)
    are_read()
    hear(words(to))
    return said()[-1]


def on_the_screen(say: str) -> None:
    """This was said last."""
    are_read()
    told = "UPDATE messages SET say = :say WHERE id = (SELECT max(id) FROM messages) RETURNING 1"
    rows(told, say=say)


def last_words() -> str:
    newest: Any = value("SELECT say FROM messages ORDER BY id DESC LIMIT 1")
    with transaction() as db:
        drawn = draw(db, HARUKA, [*map(from_json, newest)])
    return "\n".join(str(one.get("text") or one.get("altText")) for one in drawn)


def test_the_greeting_comes_again() -> None:
    assert switched(event(kind="follow")) == ["language", "hello"]
    assert "Send a photo" in last_words()


def test_from_language_to_language_it_is_said_once_each_time() -> None:
    switched(words("使い方"))
    assert said()[-1] == ["language", "how"]
    assert switched(to="やさしい") == ["language", "how"]
    assert "おくってください" in last_words()


def test_with_nothing_on_the_screen_the_ways_to_begin_come() -> None:
    assert switched() == ["language"]
    assert switched(to="日本語") == ["language"]


def test_what_waits_to_be_said_comes_in_the_new_language_by_itself() -> None:
    hear(words("使い方"), words("English"))
    assert said() == [["how"], ["language"]]


def test_a_question_about_a_report_is_asked_again_once() -> None:
    assert switched(photo()) == ["language", "ask"]
    assert switched(to="やさしい") == ["language", "ask"]


def test_a_ticket_is_told_of_as_it_stands_now() -> None:
    assert switched(photo(), place(), KIND) == ["language", "status"]
    assert value(NUMBER) in last_words()
    with transaction() as db:
        move(db, value("SELECT id FROM tickets"), Status.FIXED, STAFF, note="直しました。")
    assert switched(to="やさしい") == ["language", "status"]
    assert "なおしました" in last_words()


def test_a_guessed_kind_can_still_be_changed() -> None:
    assert switched(photo(), place(), words("穴")) == ["language", "ticket"]
    assert "Other types" in last_words()
    hear(button(f"do=recategorise&after=%3D&number={value(NUMBER)}"))
    assert switched(to="やさしい") == ["language", "ticket"]
    assert "えらんでください" in last_words()
    with transaction() as db:
        move(db, value("SELECT id FROM tickets"), Status.INSPECTING, STAFF)
    assert switched(to="English") == ["language", "status"]


def test_of_one_ticket_one_card_comes_again() -> None:
    hear(photo(), place(), KIND)
    with transaction() as db:
        move(db, value("SELECT id FROM tickets"), Status.SCHEDULED, STAFF)
    ticket_id = value("SELECT id FROM tickets")
    moved = f'{{"say": "moved", "ticket_id": {ticket_id}, "history_id": 1, "rides": true}}'
    status = f'{{"say": "status", "number": "{value(NUMBER)}"}}'
    on_the_screen(f"[{moved}, {status}]")
    assert switched() == ["language", "status"]
    on_the_screen(f'[{moved}, {{"say": "mine", "rides": true}}]')
    assert switched(to="やさしい") == ["language", "mine"]
    assert value("SELECT say -> -1 ->> 'rides' FROM messages ORDER BY id DESC LIMIT 1") is None


def test_the_list_of_their_tickets_comes_again() -> None:
    assert switched(photo(), place(), words("穴"), words("わたしの通報")) == ["language", "mine"]


def test_whether_all_is_to_be_erased_is_asked_again_with_buttons_of_now() -> None:
    assert switched(photo(), place(), words("穴"), words("わたしのデータを消して"))[-1] == "my_data"
    asked: Any = value("SELECT say -> -1 FROM messages ORDER BY id DESC LIMIT 1")
    assert asked["held"]["reports"] == 1
    hear(button(f"do=erase&draft={asked['draft']}&language=en"))
    assert said()[-1] == ["erased"]
    assert switched() == ["language"]


def test_what_was_not_said_stands_on_no_screen() -> None:
    hear(words("使い方"))
    are_read()
    with transaction() as db:
        residents.hold(db, HARUKA, kinds.Mine())
    assert switched() == ["language", "how"]
