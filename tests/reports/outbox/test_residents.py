"""Words to say are rows in the commit of what they tell of, and meet those that wait already."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from townsfolk import ALEX, HARUKA, file, resident, rows, value

from reports.outbox import kinds, residents, riders
from reports.outbox.batching import Waiting, at_most
from reports.outbox.say import to_json
from settings import settings
from store.database import transaction

Say = dict[str, Any]
ASK: Say = to_json(
    kinds.Ask(
        draft="k", photos=[], no_photo=False, category=None, inferred=False, words=False, missing=[]
    )
)
MISSED: Say = {"say": "missed", "rides": True}
TICKET: Say = to_json(kinds.Ticket(ticket_id=5))

pytestmark = pytest.mark.usefixtures("database_url")


def moved(ticket: int, line: int = 1) -> Say:
    return {"say": "moved", "ticket_id": ticket, "history_id": line}


def question(ticket: int) -> Say:
    return {"say": "question", "ticket_id": ticket, "history_id": 1}


def rides(say: Say) -> Say:
    return say | {"rides": True}


def read(said: Sequence[Say]) -> list[kinds.Say]:
    return [*map(kinds.from_json, said)]


def push(*say: Say, to: str = HARUKA, wait: float = 0) -> None:
    with transaction() as db:
        residents.push(db, [to], read(say), wait=timedelta(seconds=wait))


def answer(
    *say: Say, to: str = HARUKA, token: str | None = "token", lives: float = 50
) -> list[Say]:
    """What is said in answer to the next event when it leaves by reply, if it still can."""
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
    row = rows("SELECT id FROM messages WHERE event_id = :number", number=number)[0]
    with transaction() as db:
        live = token and lives > 0
        said = riders.along_with_answer(db, row.id, to, read(say), [], at_most) if live else []
    return [*map(to_json, said)]


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
    assert answer(ASK) == [rides(moved(1)), rides(moved(3)), ASK]
    assert states() == ["gathered", "waiting", "gathered", "waiting"]


def test_what_was_held_is_told_once() -> None:
    push(moved(1, 1), moved(1, 2))
    hold()
    assert answer(ASK) == [MISSED, rides(moved(1, 2)), ASK]
    assert answer(ASK) == [ASK]


def test_an_answer_that_was_held_itself_is_told_with_the_next_one() -> None:
    push(moved(1))
    answer(TICKET, lives=-1)
    hold()
    assert answer(ASK) == [MISSED, rides(moved(1)), rides(TICKET), ASK]


def test_what_has_no_room_stays_as_it_is() -> None:
    push(*map(question, range(6)))
    hold()
    assert len(answer(ASK)) == 5
    assert states()[0] == "held"
    assert len(answer(ASK)) == 5
    assert answer(ASK) == [ASK]


def test_what_has_no_room_of_an_older_answer_is_pushed_only_where_it_must_be_known() -> None:
    answer({"say": "help", "key": "help"}, question(1), lives=-1)
    answer({"say": "text", "key": "thanks"}, question(2), question(3), lives=-1)
    answer(question(4), lives=-1)
    assert answer(ASK) == [MISSED, *(rides(question(n)) for n in (1, 2, 3)), ASK]
    assert states() == ["held", "held", "waiting", "waiting"]


IN_HAND = "claim = gen_random_uuid(), due_at = now() + interval '20 s'"
BEFORE_0010 = "push_attempts = 1, pushed_first_at = now(), due_at = now() + interval '20 s'"
"""As the version before takes a message in hand."""


@pytest.mark.parametrize(
    "hand",
    [
        IN_HAND,
        BEFORE_0010,
        "push_attempts = 1, pushed_first_at = now(), contents = '[]'",
        "state = 'sent'",
        "state = 'unknown'",
    ],
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
    assert answer(ASK) == [rides(moved(1)), ASK]


def test_a_push_takes_along_what_else_waits_for_the_person() -> None:
    push(moved(1, 1))
    first = value("SELECT id FROM messages")
    push(moved(2, 2))
    push(moved(1, 3))
    push(moved(3), to=ALEX)
    with transaction() as db:
        own = Waiting(first, read([moved(1, 1)]))
        said = riders.along_with_push(db, own, HARUKA, [], at_most, gone_on=False).say
    assert [*map(to_json, said)] == [moved(2, 2), moved(1, 3)]
    assert states() == ["waiting", "gathered", "gathered", "waiting"]


def test_a_push_takes_along_what_was_held_before_it() -> None:
    push({"say": "mine"})
    hold()
    push(moved(1))
    last = value("SELECT max(id) FROM messages")
    with transaction() as db:
        own = Waiting(last, read([moved(1)]))
        said = riders.along_with_push(db, own, HARUKA, [], at_most, gone_on=False).say
    assert [*map(to_json, said)] == [moved(1), {"say": "mine"}]
    assert states() == ["gathered", "waiting"]


def test_what_went_along_with_an_answer_that_did_not_arrive_goes_its_own_way() -> None:
    rode = [MISSED, rides(moved(1)), rides({"say": "help", "key": "how"})]
    with transaction() as db:
        own = riders.let_off(db, HARUKA, read([{"say": "urgent"}, *rode, ASK]), unsure=True)
    assert [*map(to_json, own)] == [{"say": "urgent"}, ASK]
    assert rows("SELECT state, unsure, say, due_at <= now() FROM messages ORDER BY id") == [
        ("waiting", True, [moved(1)], True),
        ("held", True, [{"say": "help", "key": "how"}], True),
    ]


LATE_ANSWERS = [
    ("surely unsaid", "state = 'waiting'", MISSED),
    ("perhaps said by reply", "reply_attempts = 1", {"say": "again", "rides": True}),
    ("perhaps pushed, and set aside", "pushed_first_at = now(), waits_for = 'line:push',"
     " due_at = now() + interval '1 h'", {"say": "again", "rides": True}),
    ("held as perhaps said", "unsure = true, state = 'held'", {"say": "again", "rides": True}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("how", "heading"), [row[1:] for row in LATE_ANSWERS], ids=[row[0] for row in LATE_ANSWERS]
)
def test_an_answer_that_was_not_said_in_time_goes_along_with_the_next(
    how: str, heading: Say
) -> None:
    answer(TICKET, lives=-1)
    rows(f"UPDATE messages SET {how}")
    assert answer(ASK) == [heading, rides(TICKET), ASK]
    assert states() == ["gathered", "waiting"]


def test_an_answer_that_can_still_be_said_by_reply_goes_along_with_none() -> None:
    answer(TICKET)
    assert answer(ASK) == [ASK]


def test_what_waits_for_line_leaves_as_soon_as_it_takes_something_that_way() -> None:
    push(moved(1))
    push(moved(2), to=ALEX)
    rows("UPDATE messages SET due_at = now() + interval '1 h', push_attempts = 9,"
         " pushed_first_at = now(), waits_for = CASE id % 2 WHEN 0 THEN 'line:push'"
         " ELSE 'line:reply' END")  # fmt: skip
    with transaction() as db:
        residents.line_is_back(db, "push")
    left = "SELECT waits_for, due_at <= now() AS is_due FROM messages ORDER BY id % 2"
    assert rows(left) == [(None, True), ("line:reply", False)]
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_messages' AND due_at <= now()") == 1


@pytest.mark.parametrize(("state", "told"), [("waiting", []), ("stored", [1]), ("gone", [1])])
def test_a_move_goes_along_with_nothing_before_the_photo_of_the_repair_is_there(
    state: str, told: list[int]
) -> None:
    with transaction() as db:
        repaired = file(db, resident(db))
    rows("INSERT INTO photos (ticket_id, state) VALUES (:id, :state)", id=repaired, state=state)
    push(moved(repaired), wait=60)
    said = answer(ASK)
    assert [say["ticket_id"] for say in said if say["say"] == "moved"] == [repaired] * len(told)
