"""Slow recipients and a database in trouble delay what they must, and lose nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from line_nearby import PUSH, Line, answer, known, push, send, states
from sqlalchemy import text
from townsfolk import rows, value

from bot.delivery import AT_ONCE, send_due
from bot.leases import LEASE
from bot.line import client
from reports.outbox import kinds, residents
from settings import settings
from store import tasks
from store.database import transaction
from workers import delivery

LONGEST = 2 * client.at_most_seconds(client.ASKING) + client.at_most_seconds(client.SAYING) + 10
"""Seconds for one message: two questions about somebody, saying it, and the database's share."""
DUE = "UPDATE messages SET due_at = now() WHERE state = 'waiting'"


def townspeople(line: Line, count: int) -> list[str]:
    people = [line.somebody(language="ja") for _ in range(count)]
    for who in people:
        known(who, language="ja")
    return people


@contextmanager
def while_sending() -> Iterator[None]:
    """What is due leaves by itself meanwhile, and has left afterwards."""
    with ThreadPoolExecutor(1) as hand:
        sending = hand.submit(send_due)
        yield
        sending.result()


def test_one_slow_recipient_holds_up_nobody_else(line: Line) -> None:
    settings().push_gather_seconds = 0
    people = townspeople(line, AT_ONCE + 4)
    line.order("faults", path=PUSH, kind="latency", ms=2_000, times=1)
    for who in people[:-1]:
        push(who, "groups")
    with while_sending():
        time.sleep(0.5)
        push(people[-1], "groups")
    assert set(states()) == {"sent"}
    late = "SELECT count(*) FROM messages WHERE sent_at > (SELECT min(sent_at) FROM messages)"
    assert value(f"{late} + interval '1.5 s'") == 1


def test_so_many_are_spoken_to_at_once_and_no_more(line: Line) -> None:
    settings().push_gather_seconds = 0
    for who in townspeople(line, AT_ONCE + 8):
        push(who, "groups")
    line.order("faults", path=PUSH, kind="latency", ms=1_000, times=100)
    in_hand = "SELECT count(*) FROM messages WHERE state = 'waiting' AND push_attempts > 0"
    most = 0
    with while_sending():
        while "waiting" in states():
            most = max(most, value(in_hand))
            time.sleep(0.02)
    assert most == AT_ONCE
    assert set(states()) == {"sent"}


def test_how_many_were_tried_is_told(line: Line, haruka: str) -> None:
    for who in (haruka, *townspeople(line, 2)):
        push(who, "groups")
    rows(DUE)
    assert send_due() == 3
    assert send_due() == 0


def test_whoever_has_only_so_much_time_leaves_the_rest_to_the_next(line: Line) -> None:
    people = townspeople(line, AT_ONCE + 8)
    for who in people:
        push(who, "groups")
    rows(DUE)
    line.order("faults", path=PUSH, kind="latency", ms=1_000, times=100)
    end = time.monotonic() + 0.5
    assert send_due(enough=lambda: time.monotonic() > end) == AT_ONCE
    assert states().count("sent") == AT_ONCE
    assert send_due() == 8


def test_the_task_ends_within_its_time_when_every_message_takes_its_longest() -> None:
    kind = tasks.kind("send_messages")
    assert kind
    assert kind.time_out > delivery.SECONDS + LONGEST


def test_a_message_stays_ours_for_longer_than_it_may_take_to_say_it() -> None:
    assert LEASE.total_seconds() > LONGEST


_ENDED = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def send_and_lose_the_database_while_drawing() -> None:
    """Whoever reads a ticket waits, and then its connection ends."""
    with ThreadPoolExecutor(1) as hand:
        with transaction() as db:
            db.execute(text("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE"))
            sending = hand.submit(send_due)
            end = time.monotonic() + 20
            while not value(_ENDED):
                assert time.monotonic() < end, "nobody read a ticket"
                time.sleep(0.02)
        sending.result()


def test_an_answer_whose_drawing_lost_the_database_is_drawn_again(line: Line, haruka: str) -> None:
    answer(haruka, kinds.Mine())
    send_and_lose_the_database_while_drawing()
    assert states() == ["waiting"]
    assert value("SELECT reply_attempts FROM messages") == 0
    assert value("SELECT due_at < now() + interval '5 s' FROM messages")
    rows("UPDATE messages SET reply_until = now() - interval '1 s'")
    send()
    assert states() == ["sent"]
    assert len(line.asked()) == 1


def test_a_push_whose_drawing_lost_the_database_is_whole_when_it_is_drawn_again(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        residents.push(db, [haruka], [kinds.Mine()])
    push(haruka, "groups")
    rows(DUE)
    send_and_lose_the_database_while_drawing()
    assert states() == ["waiting", "waiting"]
    assert value("SELECT pushed_first_at IS NULL FROM messages ORDER BY id LIMIT 1")
    send()
    assert states() == ["sent", "gathered"]
    (asked,) = line.asked()
    assert len(asked["body"]["messages"]) == 2


@pytest.mark.changes_the_schema
def test_what_the_database_cannot_read_is_left_out_and_silences_nothing(
    line: Line, haruka: str
) -> None:
    with transaction() as db:
        residents.push(db, [haruka], [kinds.Ticket(ticket_id=1)])
    rows("ALTER TABLE tickets RENAME TO gone")
    push(haruka, "groups")
    send()
    assert states() == ["sent", "gathered"]
    assert len(line.words(haruka)) == 1
