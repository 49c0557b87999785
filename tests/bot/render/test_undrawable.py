"""A message that cannot be drawn ends, so that it does not silence its recipient for ever."""

import pytest
from townsfolk import HARUKA, resident, rows, value

from bot.delivery import send_due
from bot.fates import MOST_DRAWINGS
from reports.outbox import kinds, residents
from store.database import transaction

STATES = "SELECT state, error FROM messages ORDER BY id"


@pytest.mark.usefixtures("database_url")
def test_what_cannot_be_drawn_is_given_up_and_what_comes_after_it_is_tried() -> None:
    with transaction() as db:
        resident(db)
    push("no such text")
    times = 0
    while rows(STATES)[0].state == "waiting":
        send()
        times += 1
    assert 1 <= times <= MOST_DRAWINGS
    assert rows(STATES) == [("refused", "could not be drawn")]
    push("sorry")
    send()
    assert rows(STATES)[1].state == "waiting"
    assert value("SELECT push_attempts FROM messages ORDER BY id DESC LIMIT 1") >= 1


def push(key: str) -> None:
    with transaction() as db:
        residents.push(db, [HARUKA], [kinds.Text(key=key)])


def send() -> None:
    rows("UPDATE messages SET due_at = now() WHERE state = 'waiting'")
    send_due()
