"""A merge that commits while a resident's deed waits for the ticket: it is done where it now is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
from order_scene import firm, items_of, ordered
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import STAFF, file, resident, rows, value

from reports.actions import do_item
from reports.actions.add import add, report_of, take_out
from reports.actions.admit import ChangedMeanwhile, Seen
from reports.actions.ask import ask
from reports.actions.merge import merge
from reports.actions.prove import Shot
from reports.actions.report_work import Done, report_work
from reports.people.permissions import Actor, Role
from reports.photos import intake
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.outcomes import Outcome
from reports.tickets.status import MoveRefused
from store.database import engine, transaction


@dataclass
class Street:
    """はるか's report, of which staff ask something, and the ticket it goes into."""

    resident: int
    report: int
    asked: int
    into: int


@pytest.fixture(params=["into the older one", "into the younger one"])
def street(database_url: str, request: pytest.FixtureRequest) -> Street:
    with transaction() as db:
        haruka = resident(db)
        older, younger = file(db, haruka), file(db, haruka)
        is_older = request.param == "into the older one"
        asked, into = (younger, older) if is_older else (older, younger)
        report = report_of(db, asked, haruka)
        assert report
        ask(db, asked, STAFF, "どちら側ですか")
    return Street(haruka, report, asked, into)


@contextmanager
def meanwhile(act: Callable[[Session], object]) -> Iterator[None]:
    """Runs beside the block as soon as that waits for a lock, and is over after it."""

    def acted() -> None:
        with transaction() as db:
            db.execute(text("SET LOCAL lock_timeout = '5s'"))
            act(db)

    with ThreadPoolExecutor(1) as other:
        running = other.submit(acted)
        while not running.done() and not waiting():
            pass
        yield
    running.result()


def waiting() -> int:
    with engine().connect() as db:
        found: int = db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return found


def overtaken(at: Street, act: Callable[[Session], object]) -> None:
    """The merge has both tickets, `act` begins and waits, and the merge commits."""
    number = value("SELECT number FROM tickets WHERE id = :id", id=at.into)
    with transaction() as merging:
        merge(merging, at.asked, number, STAFF)
        with meanwhile(act):
            merging.commit()


def lines(what: str) -> list[Any]:
    return [row.ticket_id for row in rows("SELECT * FROM history WHERE what = :w", w=what)]


def test_an_addition_stands_on_the_ticket_its_report_has_gone_to(street: Street) -> None:
    overtaken(street, lambda db: add(db, street.report, "add", "s", words=("m", "右側です")))
    assert lines("added") == [street.into]


def test_an_answer_settles_the_question_that_went_with_the_merge(street: Street) -> None:
    overtaken(street, lambda db: add(db, street.report, "answer", "s", words=("m", "右側です")))
    assert lines("answered") == [street.into]
    assert value("SELECT question FROM residents") == {}


def test_what_is_taken_out_again_was_on_the_ticket_that_ended(street: Street) -> None:
    with transaction() as db:
        add(db, street.report, "add", "s", words=("m", "右側です"))
    overtaken(street, lambda db: take_out(db, street.report, "s"))
    assert lines("added") == []
    assert value("SELECT count(*) FROM remarks") == 0


def test_what_was_added_before_a_merge_is_taken_out_after_it(street: Street) -> None:
    number = value("SELECT number FROM tickets WHERE id = :id", id=street.into)
    with transaction() as db:
        add(db, street.report, "add", "s", words=("m", "右側です"))
        merge(db, street.asked, number, STAFF)
        take_out(db, street.report, "s")
    assert lines("added") == []


def test_what_is_unsent_is_told_on_the_ticket_that_goes_on(street: Street) -> None:
    with transaction() as db:
        add(db, street.report, "add", "s", words=("m", "右側です"))
    overtaken(street, lambda db: unsend(db, street.resident, "m"))
    assert lines("unsent") == [street.into]


def test_who_is_erased_leaves_every_ticket_they_were_in_by_then(street: Street) -> None:
    overtaken(street, lambda db: erase(db, street.resident))
    assert lines("erased") == [street.into]
    assert not rows("SELECT FROM followers")
    assert value("SELECT asked_at FROM tickets WHERE id = :id", id=street.asked) is None


def test_the_place_of_a_report_that_is_unsent_is_no_lock_before_the_ticket(street: Street) -> None:
    """Before, it held the report, the merge held the ticket, and each waited for the other."""
    rows("UPDATE reports SET place_message_id = 'm' WHERE id = :id", id=street.report)
    number = value("SELECT number FROM tickets WHERE id = :id", id=street.into)
    with transaction() as merging:
        locked(merging, min(street.asked, street.into))
        locked(merging, max(street.asked, street.into))
        with meanwhile(lambda db: unsend(db, street.resident, "m")):
            merge(merging, street.asked, number, STAFF)
            merging.commit()
    assert lines("unsent") == [street.into]


@pytest.mark.parametrize("street", ["into the older one"], indirect=True)
def test_the_younger_ticket_is_let_go_before_the_older_one_is_taken(street: Street) -> None:
    enough = Event()

    def hold_the_older_one(db: Session) -> None:
        locked(db, street.into)
        enough.wait(5)

    number = value("SELECT number FROM tickets WHERE id = :id", id=street.into)
    with ThreadPoolExecutor(2) as others, transaction() as merging:
        merge(merging, street.asked, number, STAFF)
        holding = others.submit(run, hold_the_older_one)
        while waiting() < 1:
            pass
        adding = others.submit(
            run, lambda db: add(db, street.report, "add", "s", words=("m", "右"))
        )
        while waiting() < 2:
            pass
        merging.commit()
        while not waiting() and not adding.done():
            pass
        assert free() == {street.asked}
        enough.set()
        adding.result()
        holding.result()
    assert lines("added") == [street.into]


def run(act: Callable[[Session], object]) -> None:
    with transaction() as db:
        act(db)


def free() -> set[int]:
    with transaction() as db:
        return set(db.scalars(text("SELECT id FROM tickets FOR UPDATE SKIP LOCKED")))


def test_a_ticket_that_was_read_before_is_read_anew_with_its_lock(street: Street) -> None:
    with transaction() as db:
        ticket = db.get_one(Ticket, street.asked)
        rows("UPDATE tickets SET status = 'fixed' WHERE id = :id", id=street.asked)
        assert locked(db, street.asked) is ticket
        assert ticket.status == "fixed"


def test_a_contractor_who_finishes_mends_the_ticket_that_goes_on(street: Street) -> None:
    with transaction() as db:
        order_id = ordered(db, [street.asked], firm(db))
        (item,) = items_of(db, order_id)
    by = Actor(Role.CONTRACTOR, "山田", order_id=order_id)

    def finish(db: Session) -> None:
        photo = intake.upload_begun(db, "original/x")
        do_item.finish(db, order_id, item, by, actual={}, shots=[Shot(photo)], key="k")

    overtaken(street, finish)
    assert value("SELECT status FROM tickets WHERE id = :id", id=street.into) == "fixed"


def finishes(db: Session, ticket_id: int) -> None:
    """A crew, on a page of before."""
    by = Actor(Role.CREW, "道路作業班", department="road")
    done = Done(Outcome.FIXED, [Shot(intake.upload_begun(db, "original/x"))])
    report_work(db, ticket_id, done, by, key="k", seen=Seen(what="received"))


def of_the_crew() -> None:
    road = "(SELECT id FROM departments WHERE key = 'road')"
    rows(f"UPDATE tickets SET department_id = {road}")


def statuses(at: Street) -> list[str]:
    found = "SELECT status FROM tickets WHERE id = :id"
    return [value(found, id=id) for id in (at.asked, at.into)]


def test_a_crew_that_finishes_what_is_just_merged_is_told_and_mends_nothing(street: Street) -> None:
    of_the_crew()

    def finish(db: Session) -> None:
        with pytest.raises(MoveRefused):
            finishes(db, street.asked)
        db.rollback()

    overtaken(street, finish)
    with pytest.raises(ChangedMeanwhile), transaction() as db:
        finishes(db, street.asked)
    assert statuses(street) == ["merged", "received"]
    assert rows("SELECT FROM works") == []


def test_a_merge_that_waits_for_a_crew_that_finishes_is_refused(street: Street) -> None:
    of_the_crew()
    number = value("SELECT number FROM tickets WHERE id = :id", id=street.into)

    def merges(db: Session) -> None:
        with pytest.raises(MoveRefused):
            merge(db, street.asked, number, STAFF)
        db.rollback()

    with transaction() as db:
        finishes(db, street.asked)
        with meanwhile(merges):
            db.commit()
    assert statuses(street) == ["fixed", "received"]
    assert len(rows("SELECT FROM works")) == 1
