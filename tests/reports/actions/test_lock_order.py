"""Who holds a ticket asks for no resident and no older ticket: so nobody waits in a circle."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HONCHO, STAFF, file, resident, value
from web_scene import Browser, filed

from geo.points import Point
from reports.actions.ask import ask
from reports.actions.assign import assign, decide_again, not_ours
from reports.actions.authorities import answered, remind, tell_them
from reports.actions.file import NewReport, join
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.recategorise import recategorise
from reports.actions.relocate import relocate
from reports.actions.route import route
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from reports.tickets import events, history
from reports.tickets.lock import locked
from reports.tickets.status import Status
from store.database import engine, transaction

OFFICE = "tokyo_kitatama_south"
ON_TODO = Point(139.5078, 35.7014)
Act = Callable[[Session], object]


@dataclass
class Street:
    """Two tickets of a 市道, the second put into the first, and two of a 都道, one handed over."""

    first: int
    second: int
    kept: int
    merged: int
    told: int
    untold: int

    def number(self, ticket_id: int) -> str:
        return str(value("SELECT number FROM tickets WHERE id = :id", id=ticket_id))


@pytest.fixture
def street(database_url: str) -> Street:
    with transaction() as db:
        haruka, alex = resident(db), resident(db, ALEX)
        ids = [file(db, who) for who in (haruka, alex, haruka, alex)]
        ids += [file(db, who, at=ON_TODO) for who in (haruka, alex)]
        for id in ids:
            route(db, id)
    made = Street(*ids)
    with transaction() as db:
        merge(db, made.merged, made.number(made.kept), STAFF)
        tell_them(db, OFFICE, [made.number(made.told)], STAFF, "連絡しました")
        db.execute(text("UPDATE tickets SET silent_since = now() - interval '40 days'"))
    return made


STAFFS: dict[str, Callable[..., object]] = {
    "ask": lambda db, at: ask(db, at.second, STAFF, "どちら側ですか"),
    "move": lambda db, at: move(db, at.second, Status.FIXED, STAFF),
    "merge": lambda db, at: merge(db, at.second, at.number(at.first), STAFF),
    "merge the older one": lambda db, at: merge(db, at.first, at.number(at.second), STAFF),
    "part": lambda db, at: move(db, at.merged, Status.REOPENED, STAFF),
    "relocate": lambda db, at: relocate(db, at.second, ON_TODO, STAFF),
    "recategorise": lambda db, at: recategorise(db, at.second, "tree", STAFF),
    "assign": lambda db, at: assign(db, at.second, "trees", STAFF, "電話で"),
    "not_ours": lambda db, at: not_ours(db, at.second, STAFF, "下水のふた"),
    "decide_again": lambda db, at: decide_again(db, at.second, STAFF),
    "tell_them": lambda db, at: tell_them(
        db, OFFICE, [at.number(at.untold), at.number(at.told)], STAFF, "連絡しました"
    ),
    "remind": lambda db, at: remind(db, at.told, STAFF),
    "answered": lambda db, at: answered(db, at.told, STAFF, "直します", Status.SCHEDULED),
}


@contextmanager
def at_the_same_time(act: Act) -> Iterator[Future[None]]:
    """In a transaction of its own, which is undone; by now it is over, or waits for somebody."""

    def acted() -> None:
        with transaction() as db:
            db.execute(text("SET LOCAL lock_timeout = '5s'"))
            act(db)
            db.rollback()

    with ThreadPoolExecutor(1) as other:
        running = other.submit(acted)
        while not (running.done() or _somebody_waits()):
            pass
        yield running


def _somebody_waits() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def _free(db: Session) -> set[int]:
    return set(db.scalars(text("SELECT id FROM tickets FOR UPDATE SKIP LOCKED")))


def test_nobody_waits_for_a_resident_with_a_ticket_in_hand(street: Street) -> None:
    waited = set()
    for what, act in STAFFS.items():
        with transaction() as hearing:
            hearing.execute(text("SELECT FROM residents FOR NO KEY UPDATE"))
            with at_the_same_time(partial(act, at=street)) as running:
                if not running.done():
                    waited.add(what)
                    assert _free(hearing) == set(vars(street).values()), what
                hearing.rollback()
        running.result()
    assert waited == {"ask"}


def test_nobody_waits_for_an_older_ticket_with_a_younger_one_in_hand(street: Street) -> None:
    for what, act in STAFFS.items():
        for older in vars(street).values():
            with transaction() as somebody:
                locked(somebody, older)
                with at_the_same_time(partial(act, at=street)) as running:
                    younger = {id for id in vars(street).values() if id > older}
                    assert running.done() or younger <= _free(somebody), what
                    somebody.rollback()
            running.result()


def test_nobody_writes_about_a_ticket_before_they_hold_it(street: Street) -> None:
    """They wait for whoever holds it; who only writes a line about it keeps nobody waiting."""
    with transaction() as db:
        haruka = db.scalars(text("SELECT id FROM residents ORDER BY id")).first()
        sent = "UPDATE reports SET place_message_id = 'm' WHERE ticket_id = :id"
        db.execute(text(sent), {"id": street.first})
    again = NewReport(haruka, "again", "pothole", HONCHO, "line")
    acts: list[Act] = [
        lambda db: join(db, street.first, again),
        lambda db: unsend(db, haruka, "m"),
    ]
    for act in acts:
        with transaction() as somebody:
            locked(somebody, street.first)
            with at_the_same_time(act) as running:
                assert not running.done()
                with transaction() as writer:
                    writer.execute(text("SET LOCAL lock_timeout = '5s'"))
                    history.write(writer, street.first, None, events.Unanswered())
                somebody.rollback()
        running.result()


def test_who_is_erased_lets_go_of_what_was_asked_only_after_older_tickets(street: Street) -> None:
    with transaction() as db:
        haruka = db.scalars(text("SELECT id FROM residents ORDER BY id")).first()
        ask(db, street.told, STAFF, "どちら側ですか")
    with transaction() as somebody:
        locked(somebody, street.first)
        with at_the_same_time(lambda db: erase(db, haruka)) as running:
            assert not running.done()
            assert street.told in _free(somebody)
            somebody.rollback()
    running.result()


def test_a_question_and_a_resident_who_is_being_heard_do_not_wait_for_each_other(
    staff: Browser,
) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}/ask"
    with ThreadPoolExecutor(1) as desk, transaction() as hearing:
        hearing.execute(text("SELECT FROM residents FOR NO KEY UPDATE"))
        asking = desk.submit(staff.post, path, words="どちら側ですか")
        while not (asking.done() or _somebody_waits()):
            pass
        locked(hearing, one.id)
        hearing.commit()
    assert asking.result().status_code == 303


def test_two_who_part_and_merge_the_same_tickets_do_not_wait_for_each_other(
    street: Street,
) -> None:
    """Before, who parted held the younger ticket, and waited for the older one."""
    with transaction() as merging:
        locked(merging, street.kept)
        with at_the_same_time(partial(STAFFS["part"], at=street)) as parting:
            locked(merging, street.merged)
            merging.commit()
    parting.result()
