"""From whom nothing is taken for a time: told once, their own things and the numbers as ever."""

from datetime import timedelta
from typing import Any

import pytest
from townsfolk import (
    ALEX,
    HARUKA,
    STAFF,
    Json,
    button,
    draft,
    hear,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from reports.actions.ask import ask
from reports.actions.pause import CannotPause, pause, take_again
from reports.city.clock import today
from reports.people.permissions import Actor, NotTheirs, Role
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url", "hours_apart", "paused")

TICKETS = "SELECT count(*) FROM tickets"
RESIDENT = "SELECT id FROM residents WHERE line_user_id = :who"
ENDS = "UPDATE pauses SET until = now(); UPDATE residents SET paused_until = now()"


@pytest.fixture
def paused() -> None:
    """HARUKA has filed a report; from then on nothing is taken from her."""
    hear(photo(), place(), words("穴"))
    pause_of(HARUKA)


def pause_of(who: str, **how: Any) -> None:
    with transaction() as db:
        told = {"until": today() + timedelta(days=7), "why": "同じ写真を毎日100枚送ってくる"} | how
        pause(db, value(RESIDENT, who=who), STAFF, **told)


def report(who: str = HARUKA) -> list[Json]:
    return [photo(who), place(who), words("ガードレールが折れている", who)]


def test_it_is_said_once_and_nothing_is_kept() -> None:
    before = len(said())
    hear(*report(), photo(), words("どうして"))
    assert said()[before:] == [["paused"]]
    assert value(TICKETS) == 1
    assert value("SELECT count(*) FROM photos") == 1
    assert value("SELECT held FROM pauses") == 5
    assert value("SELECT draft FROM residents WHERE line_user_id = :who", who=HARUKA) == {}


def test_others_are_heard() -> None:
    hear(*report(ALEX))
    assert said()[-1] == ["ticket"]


def test_words_of_danger_get_the_numbers_each_time() -> None:
    hear(words("陥没しています"), words("人が落ちて怪我をした"))
    assert said()[-2:] == [["urgent", "paused"], ["urgent"]]


def test_a_button_is_answered_each_time() -> None:
    hear(words("こんにちは"), button("do=report"), button("do=report"))
    assert said()[-3:] == [["paused"]] * 3


@pytest.mark.parametrize(
    ("sent", "answer"), [("状況", "status"), ("わたしの通報", "mine"), ("English", "language")]
)
def test_what_is_theirs_is_shown(sent: str, answer: str) -> None:
    hear(words(sent))
    assert answer in said()[-1]


def test_who_has_themselves_erased_is_still_paused() -> None:
    hear(words("わたしのデータを消して"))
    hear(button(f"do=erase&draft={draft()['key']}"))
    assert rows(RESIDENT, who=HARUKA) == []
    hear(*report())
    assert said()[-1] == ["paused"]
    assert value("SELECT count(*) FROM tickets") == 1


def test_an_answer_to_a_question_of_staff_is_taken() -> None:
    with transaction() as db:
        ask(db, value("SELECT id FROM tickets"), STAFF, "どちら側ですか。")
    rows("UPDATE messages SET state = 'sent' WHERE event_id IS NULL")
    hear(words("北側の歩道です"))
    assert value("SELECT count(*) FROM remarks WHERE words = '北側の歩道です'") == 1


def test_what_was_begun_before_is_not_filed_as_an_answer_to_staff() -> None:
    with transaction() as db:
        take_again(db, value("SELECT id FROM pauses"), STAFF)
    hear(button("do=report"), photo(), place())
    pause_of(HARUKA)
    with transaction() as db:
        ask(db, value("SELECT id FROM tickets"), STAFF, "どちら側ですか。")
    rows("UPDATE messages SET state = 'sent' WHERE event_id IS NULL")
    hear(words("ガードレールが折れている"), words("通報する"))
    assert said()[-1] == ["paused"]
    assert value(TICKETS) == 1


def test_thanks_are_no_way_to_be_answered_without_end() -> None:
    hear(words("ありがとう"), words("ありがとう"))
    assert [one for one in said() if one == ["paused"] or one == ["thanks"]] == [["paused"]]


def test_when_it_is_over_all_is_as_before() -> None:
    with transaction() as db:
        db.connection().exec_driver_sql(ENDS)
    hear(*report())
    assert value(TICKETS) == 2


def test_staff_end_it() -> None:
    with transaction() as db:
        take_again(db, value("SELECT id FROM pauses"), STAFF)
    hear(*report())
    assert value(TICKETS) == 2
    assert rows("SELECT ended_by FROM pauses") == [(STAFF.name,)]


def test_an_older_pause_that_is_ended_once_more_leaves_the_newer_one() -> None:
    first = value("SELECT id FROM pauses")
    pause_of(HARUKA, until=today())
    with transaction() as db:
        take_again(db, first, STAFF)
    hear(*report())
    assert value(TICKETS) == 1


def test_one_press_is_one_pause() -> None:
    for _ in range(2):
        pause_of(HARUKA, key="one-press")
    assert value("SELECT count(*) FROM pauses") == 2


@pytest.mark.parametrize("days", [-1, 367])
def test_a_pause_ends_within_a_year(days: int) -> None:
    with pytest.raises(CannotPause):
        pause_of(HARUKA, until=today() + timedelta(days=days))


def test_a_pause_has_a_reason() -> None:
    with pytest.raises(CannotPause):
        pause_of(HARUKA, why="")


def test_a_crew_pauses_nobody() -> None:
    crew = Actor(Role.CREW, "班", department="roads")
    with pytest.raises(NotTheirs), transaction() as db:
        pause(db, value(RESIDENT, who=HARUKA), crew, until=today(), why="x")
