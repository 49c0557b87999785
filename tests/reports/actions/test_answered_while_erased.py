"""Staff answer a resident who is just having themselves erased: whoever is first, nothing is said
to who is gone, nobody waits in a circle, and the ticket goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, STAFF, file, resident, rows, value

from reports.actions.ask import NobodyToAsk, ask
from reports.actions.follow import follow
from reports.actions.move import move
from reports.privacy.erase import erase
from reports.tickets.status import Status
from store.database import engine, transaction

pytestmark = pytest.mark.usefixtures("database_url")
Act = Callable[[Session], object]


def _ask(db: Session, ticket_id: int) -> None:
    try:
        ask(db, ticket_id, STAFF, "どちら側ですか")
    except NobodyToAsk:
        db.rollback()


ANSWERS: Final[dict[str, Callable[[Session, int], object]]] = {
    "words with a state": lambda db, id: move(
        db, id, Status.SCHEDULED, STAFF, note="月曜に直します"
    ),
    "a question": _ask,
}


def one_after_the_other(first: Act, second: Act) -> None:
    """`second` begins while `first` is not committed yet, and waits for it."""

    def acted() -> None:
        with transaction() as db:
            db.execute(text("SET LOCAL lock_timeout = '5s'"))
            second(db)

    with ThreadPoolExecutor(1) as other, transaction() as db:
        first(db)
        running = other.submit(acted)
        while not (running.done() or _somebody_waits()):
            pass
        assert not running.done()
        db.commit()
    running.result()


def _somebody_waits() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("is_erased_first", [True, False])
def test_nothing_is_said_to_who_is_gone(answer: str, *, is_erased_first: bool) -> None:
    with transaction() as db:
        haruka, alex = resident(db), resident(db, ALEX)
        ticket = file(db, haruka)
        follow(db, ticket, alex)

    def leaves(db: Session) -> None:
        db.execute(text("SELECT FROM residents WHERE id = :id FOR UPDATE"), {"id": haruka})
        erase(db, haruka)

    def answers(db: Session) -> None:
        ANSWERS[answer](db, ticket)

    acts = (leaves, answers) if is_erased_first else (answers, leaves)
    one_after_the_other(*acts)
    assert value("SELECT count(*) FROM residents") == 1
    assert value("SELECT count(*) FROM messages WHERE recipient = :who", who=HARUKA) == 0
    told = [row.recipient for row in rows("SELECT recipient FROM messages")]
    assert told == ([ALEX] if answer == "words with a state" else [])
    ((status, asked_at),) = rows("SELECT status, asked_at FROM tickets")
    assert (status, asked_at) == ("scheduled" if told else "received", None)
    lines = [row.what for row in rows("SELECT what FROM history ORDER BY id")]
    assert lines.count("erased") == 1
