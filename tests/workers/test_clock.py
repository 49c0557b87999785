"""What was only kept for a while goes by itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from odd_jobs import use_up
from sqlalchemy import text
from townsfolk import HARUKA, arrive, hear, photo, place, rows, said, value, words

from store import tasks
from store.database import transaction
from store.tasks import TaskKind
from workers.clock import DUTIES, do, run, sweep, tidy
from workers.privacy import STEPS

pytestmark = pytest.mark.usefixtures("database_url")


def test_events_go_a_month_after_they_were_heard_and_those_not_heard_stay() -> None:
    for key, days, heard in (("old", 31, True), ("new", 29, True), ("unheard", 31, False)):
        rows(
            "INSERT INTO inbox (key, person, occurred_at, received_at, raw, done_at)"
            " SELECT :key, :who, at, at, '{}', CASE WHEN :heard THEN at END"
            " FROM (SELECT now() - make_interval(days => :days) AS at) AS moment",
            key=key,
            who=HARUKA,
            days=days,
            heard=heard,
        )
    tidy()
    assert [row.key for row in rows("SELECT key FROM inbox ORDER BY id")] == ["new", "unheard"]


def test_what_was_said_goes_after_a_year() -> None:
    for days in (370, 360):
        rows(
            "INSERT INTO messages (recipient, say, state, created_at)"
            " VALUES (:who, '[]', 'sent', now() - make_interval(days => :days))",
            who=HARUKA,
            days=days,
        )
    tidy()
    assert value("SELECT count(*) FROM messages") == 1


@pytest.mark.changes_the_schema
def test_trouble_with_one_duty_keeps_no_other_up() -> None:
    rows("INSERT INTO messages (recipient, say, state) VALUES (:who, '[]', 'sent')", who=HARUKA)
    rows("UPDATE messages SET created_at = now() - interval '2 years'")
    rows("ALTER TABLE tickets RENAME COLUMN asked_at TO gone")
    for duty in DUTIES:
        do(duty)
    assert value("SELECT count(*) FROM messages") == 0


def test_the_last_answer_to_somebody_who_was_erased_goes_once_it_is_said() -> None:
    for state in ("sent", "waiting"):
        rows(
            "INSERT INTO messages (recipient, say, state)"
            ' VALUES (:who, \'[{"say": "erased"}]\', :state)',
            who=HARUKA,
            state=state,
        )
    tidy()
    assert [row.state for row in rows("SELECT state FROM messages")] == ["waiting"]


@contextmanager
def clock() -> Iterator[None]:
    stop = threading.Event()
    running = threading.Thread(target=run, args=(stop,))
    running.start()
    try:
        yield
    finally:
        stop.set()
        running.join()


def until(what: str, **values: object) -> None:
    """Waits for the first row of this query."""
    end = time.monotonic() + 10
    while not rows(what, **values):
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_the_clock_hears_what_nobody_heard() -> None:
    arrive(words("使い方"))
    with clock():
        until("SELECT 1 FROM inbox WHERE done_at IS NOT NULL")
    assert said() == [["how"]]


@pytest.mark.parametrize(
    ("task", "is_said_now"),
    [("due_at = now() + interval '90 s'", True), ("due_at = now() + interval '1 s'", True),
     ("due_at = now()", False), ("due_at = now() + interval '60 s', attempts = 1", False)],
    ids=["of_the_future", "soon", "due", "running"],
)  # fmt: skip
def test_an_overdue_word_waits_for_no_task_of_the_future(task: str, is_said_now: bool) -> None:
    with transaction() as db:
        tasks.later(db, "send_messages")
    rows(f"UPDATE tasks SET {task}")
    rows(
        "INSERT INTO messages (recipient, say, due_at) VALUES (:who, '[]', now() - interval '3 s')",
        who=HARUKA,
    )
    sweep()
    assert value("SELECT count(*) FROM tasks") == 1 + is_said_now


def test_the_sweep_goes_on_while_another_duty_waits() -> None:
    """Tidying waits for a table that somebody else has locked; work is handed over all the same."""
    with transaction() as db, clock():
        db.execute(text("LOCK TABLE messages IN ACCESS SHARE MODE; LOCK TABLE residents"))
        for _ in range(2):
            with transaction() as other:
                tasks.later(other, "route_ticket", ticket_id=404)
            rows("UPDATE tasks SET handed_at = NULL")
            until("SELECT 1 FROM tasks WHERE handed_at IS NOT NULL")


POISONED = """
    INSERT INTO tasks (name, queue, args, due_at, attempts)
    VALUES ('send_mail', 'letters', '{}', now(), :most)
"""


def test_a_row_that_cannot_even_be_given_up_holds_nobody_up() -> None:
    """Its args are not what the last word needs, so that nobody hears of it but staff."""
    rows(POISONED, most=tasks.MOST_ATTEMPTS)
    hear(photo(), place(), words("穴"))
    rows("UPDATE messages SET state = 'sent'")
    use_up("take_in_photo")
    sweep()
    gone = "SELECT error FROM tasks WHERE gave_up_at IS NOT NULL AND name = :name"
    assert value(gone, name="take_in_photo") == "every attempt ended without a word"
    assert said()[-1] == ["photo_lost"]
    assert value(gone, name="send_mail").endswith("; no last word: TypeError")


def test_while_the_database_is_in_trouble_a_row_waits_for_its_last_word() -> None:
    """A deadlock passes; who only waited must not be told nothing because of it."""
    odd = TaskKind("odd", "letters", "odd_jobs:die", 1, 60, give_up="odd_jobs:meet_a_deadlock")
    tasks.learn([odd])
    rows(POISONED, most=tasks.MOST_ATTEMPTS)
    rows("UPDATE tasks SET name = 'odd'")
    sweep()
    assert value("SELECT count(*) FROM tasks WHERE finished_at IS NULL") == 1
    del tasks._known["odd"]


def test_work_for_somebody_goes_with_them() -> None:
    rows(
        "INSERT INTO residents (line_user_id, created_at)"
        " VALUES (:who, now() - interval '3 years')",
        who=HARUKA,
    )
    rows(
        "INSERT INTO tasks (name, queue, args, due_at, finished_at, gave_up_at)"
        " VALUES ('show_menu', 'messages', jsonb_build_object('person', CAST(:who AS text)),"
        " now(), now(), now())",
        who=HARUKA,
    )
    tidy()
    assert value("SELECT count(*) FROM residents") == 0
    assert value("SELECT count(*) FROM tasks WHERE args ->> 'person' IS NOT NULL") == 0


def test_where_one_thing_cannot_be_forgotten_the_others_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> int:
        raise ValueError

    rows(
        "INSERT INTO messages (recipient, say, state, created_at)"
        " VALUES (:who, '[]', 'sent', now() - interval '370 days')",
        who=HARUKA,
    )
    first, *others = STEPS
    monkeypatch.setattr("workers.clock.STEPS", (replace(first, forget=fails), *others))
    tidy()
    assert value("SELECT count(*) FROM messages") == 0
