"""Words to say are rows in the commit of what they tell of, and meet those that wait already."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from townsfolk import ALEX, HARUKA, rows, value

from reports.outbox import kinds, residents
from reports.outbox.say import to_json
from settings import settings
from store.database import transaction

Say = dict[str, Any]
ASK: Say = to_json(
    kinds.Ask(
        draft="k", photos=[], no_photo=False, category=None, inferred=False, words=False, missing=[]
    )
)
MISSED: Say = {"say": "missed"}
TICKET: Say = to_json(kinds.Ticket(ticket_id=5))
GROUP = "C" + "1" * 32

pytestmark = pytest.mark.usefixtures("database_url")


def moved(ticket: int, line: int = 1) -> Say:
    return {"say": "moved", "ticket_id": ticket, "history_id": line}


def read(said: Sequence[Say]) -> list[kinds.Say]:
    return [*map(kinds.from_json, said)]


def push(*say: Say, to: str = HARUKA, wait: float = 0) -> None:
    with transaction() as db:
        residents.push(db, [to], read(say), wait=timedelta(seconds=wait))


def answer(
    *say: Say, to: str = HARUKA, token: str | None = "token", lives: float = 50
) -> list[Say]:
    """What is said in answer to the next event."""
    number = value("SELECT coalesce(max(event_id), 0) + 1 FROM messages")
    until = datetime.now(UTC) + timedelta(seconds=lives)
    with transaction() as db:
        residents.answer(
            db,
            recipient=to,
            event_id=number,
            say=read(say),
            reply_token=token,
            reply_until=until,
        )
    said: list[Say] = value("SELECT say FROM messages WHERE event_id = :number", number=number)
    return said


def hold() -> None:
    rows("UPDATE messages SET state = 'held'")


def states() -> list[str]:
    return [row.state for row in rows("SELECT state FROM messages ORDER BY id")]


def test_a_push_waits_for_company_and_its_task_comes_when_it_is_due() -> None:
    push(moved(1))
    seconds = settings().push_gather_seconds
    due = "SELECT extract(epoch FROM due_at - created_at) FROM {} ORDER BY id DESC LIMIT 1"
    assert value(due.format("messages")) == seconds == 120
    assert value(due.format("tasks")) == seconds


def test_a_push_that_must_wait_longer_does() -> None:
    push(moved(1), wait=500)
    assert value("SELECT extract(epoch FROM due_at - created_at) FROM messages") == 500


def test_what_waits_for_a_person_is_said_with_their_next_answer() -> None:
    push(moved(1))
    push(moved(2), to=ALEX)
    push(moved(3))
    assert answer(ASK) == [moved(1), moved(3), ASK]
    assert states() == ["gathered", "waiting", "gathered", "waiting"]


def test_what_was_held_is_told_once() -> None:
    push(moved(1, 1), moved(1, 2))
    hold()
    assert answer(ASK) == [MISSED, moved(1, 2), ASK]
    assert answer(ASK) == [ASK]


def test_an_answer_that_was_held_itself_is_told_with_the_next_one() -> None:
    push(moved(1))
    hold()
    answer(TICKET)
    rows("UPDATE messages SET state = 'held' WHERE event_id IS NOT NULL")
    assert answer(ASK) == [MISSED, moved(1), TICKET, ASK]


def test_what_has_no_room_stays_as_it_is() -> None:
    push(*[{"say": "question", "ticket_id": number, "history_id": 1} for number in range(6)])
    hold()
    assert len(answer(ASK)) == 5
    assert states()[0] == "held"
    assert len(answer(ASK)) == 5
    assert answer(ASK) == [ASK]


DEAD: list[tuple[str, dict[str, Any]]] = [
    ("without a token", {"token": None}),
    ("too late for a reply", {"lives": -1}),
    ("in a group", {"to": GROUP}),
]


@pytest.mark.parametrize("how", [how for _, how in DEAD], ids=[name for name, _ in DEAD])
def test_what_would_cost_a_push_or_be_read_by_others_is_not_added(how: dict[str, Any]) -> None:
    push(moved(1), to=how.get("to", HARUKA))
    push(moved(2), to=how.get("to", HARUKA))
    rows("UPDATE messages SET state = 'held' WHERE id = (SELECT min(id) FROM messages)")
    assert answer(ASK, **how) == [ASK]
    assert states() == ["held", "waiting", "waiting"]


@pytest.mark.parametrize("own", [kinds.MyData(draft="k"), kinds.Erased(language="en")])
def test_an_answer_about_all_data_is_said_alone(own: kinds.Say) -> None:
    push(moved(1))
    assert answer(to_json(own)) == [to_json(own)]


@pytest.mark.parametrize(
    "hand",
    ["push_attempts = 1", "contents = '[]'", "state = 'sent'", "state = 'unknown'"],
)
def test_what_a_sender_has_in_hand_is_left_to_it(hand: str) -> None:
    push(moved(1))
    rows(f"UPDATE messages SET {hand}")
    assert answer(ASK) == [ASK]


def test_an_answer_does_not_wait_for_whoever_holds_what_waits() -> None:
    push(moved(1))
    with transaction() as other:
        other.connection().exec_driver_sql("SELECT * FROM messages FOR UPDATE")
        assert answer(ASK) == [ASK]
    assert answer(ASK) == [moved(1), ASK]


def test_a_push_takes_along_what_else_waits_for_the_person() -> None:
    push(moved(1, 1))
    first = value("SELECT id FROM messages")
    push(moved(2, 2))
    push(moved(1, 3))
    push(moved(3), to=ALEX)
    with transaction() as db:
        said = [*map(to_json, residents.gather(db, first, HARUKA, read([moved(1, 1)])))]
    assert said == [moved(2, 2), moved(1, 3)]
    assert rows("SELECT state, say FROM messages WHERE recipient = :who ORDER BY id", who=HARUKA)[
        :2
    ] == [("waiting", said), ("gathered", [])]
    assert states() == ["waiting", "gathered", "gathered", "waiting"]


def test_pushes_and_answers_at_once_say_everything_once() -> None:
    """Eight threads push, four answer; every move must be in exactly one of what is said."""
    begin = threading.Barrier(12)

    def push_many(thread: int) -> None:
        begin.wait()
        for number in range(5):
            push(moved(thread * 100 + number))

    def answer_many(thread: int) -> None:
        begin.wait()
        for number in range(5):
            event = 1 + thread * 100 + number
            until = datetime.now(UTC) + timedelta(seconds=50)
            with transaction() as db:
                residents.answer(
                    db,
                    recipient=HARUKA,
                    event_id=event,
                    say=read([ASK]),
                    reply_token="t",
                    reply_until=until,
                )

    with ThreadPoolExecutor(12) as hands:
        done = [hands.submit(push_many, thread) for thread in range(8)]
        done += [hands.submit(answer_many, thread) for thread in range(4)]
        for one in done:
            one.result()
    while "waiting" in [
        row.state for row in rows("SELECT state FROM messages WHERE event_id IS NULL")
    ]:
        answer(ASK)
    assert sorted(told()) == sorted(t * 100 + n for t in range(8) for n in range(5))


def told() -> Sequence[int]:
    """The tickets of all moves in answers."""
    said = rows("SELECT say FROM messages WHERE event_id IS NOT NULL")
    return [thing["ticket_id"] for row in said for thing in row.say if thing["say"] == "moved"]
