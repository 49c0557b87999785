"""What overtakes whom while the database keeps what lists show: nothing is forgotten, and nobody
waits in a circle."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from counted_anew import amiss
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, ICHIRO, STAFF, file, resident, rows, value

from reports.actions.add import add_photo
from reports.actions.follow import follow
from reports.actions.merge import merge
from reports.actions.move import move
from reports.photos import intake
from reports.tickets.lock import locked
from reports.tickets.status import Status
from store.database import engine, transaction

Act = Callable[[Session], object]


@pytest.fixture
def three(database_url: str) -> list[int]:
    """Tickets, the oldest first, each with somebody's report."""
    with transaction() as db:
        return [file(db, resident(db, who)) for who in (HARUKA, ALEX, ICHIRO)]


@pytest.fixture
def waits_for_a_ticket() -> Iterator[Callable[[Act], Future[None]]]:
    """Begins an act in a transaction of its own, which by now waits for a lock."""
    with ThreadPoolExecutor(4) as others:

        def begun(act: Act) -> Future[None]:
            before, running = waiting(), others.submit(committed, act)
            while not running.done() and waiting() <= before:
                pass
            assert not running.done()
            return running

        yield begun


def committed(act: Act) -> None:
    with transaction() as db:
        db.execute(text("SET LOCAL lock_timeout = '5s'"))
        act(db)


def waiting() -> int:
    with engine().connect() as db:
        return int(db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0)


def number(ticket_id: int) -> str:
    return str(value("SELECT number FROM tickets WHERE id = :id", id=ticket_id))


def photo_of(ticket_id: int, state: str) -> int:
    photo = "INSERT INTO photos (state, report_id) SELECT :state, min(id) FROM reports"
    return int(value(f"{photo} WHERE ticket_id = :id RETURNING id", state=state, id=ticket_id))


def becomes(photo_id: int, **facts: object) -> Act:
    """As processes of the version before write it, who hold no ticket then."""
    to = ", ".join(f"{name} = :{name}" for name in facts)
    change = text(f"UPDATE photos SET {to} WHERE id = :id")
    return lambda db: db.execute(change, {"id": photo_id, **facts})


@pytest.mark.parametrize("into", [0, 2])
@pytest.mark.parametrize("what", ["keep", "as before", "add_photo", "goes"])
def test_a_merge_takes_the_report_along_while_its_photo_changes(
    what: str, into: int, three: list[int], waits_for_a_ticket: Callable[[Act], Future[None]]
) -> None:
    photo = photo_of(three[1], "stored" if what in ("add_photo", "goes") else "waiting")
    report = value("SELECT report_id FROM photos WHERE id = :id", id=photo)
    if what == "add_photo":
        rows("UPDATE photos SET report_id = NULL")
    acts: dict[str, Act] = {
        "keep": lambda db: intake.keep(db, photo, {"state": "stored"}),
        "as before": becomes(photo, state="stored"),
        "add_photo": lambda db: add_photo(db, report, photo),
        "goes": becomes(photo, state="removed"),
    }
    with transaction() as merging:
        merge(merging, three[1], number(three[into]), STAFF)
        changing = waits_for_a_ticket(acts[what])
        merging.commit()
    changing.result()
    assert amiss() == []


def test_who_takes_in_a_photo_asks_for_no_older_ticket(
    three: list[int], waits_for_a_ticket: Callable[[Act], Future[None]]
) -> None:
    """Before, it held the ticket that was merged away, and waited for the one that goes on."""
    photo = photo_of(three[1], "waiting")
    with transaction() as merging:
        merge(merging, three[1], number(three[0]), STAFF)
        keeping = waits_for_a_ticket(lambda db: intake.keep(db, photo, {"state": "stored"}))
        parting = waits_for_a_ticket(lambda db: [locked(db, id) for id in three[:2]])
        merging.commit()
    keeping.result()
    parting.result()
    assert amiss() == []


def test_who_parts_a_chain_holds_all_of_it_in_order(
    three: list[int], waits_for_a_ticket: Callable[[Act], Future[None]]
) -> None:
    """Before, it held the last ticket, and waited for one between, whose followers it counts."""
    first, between, last = three
    for ticket, into in ((first, between), (between, last)):
        with transaction() as db:
            merge(db, ticket, number(into), STAFF)
    with transaction() as parting:
        locked(parting, between)
        other = waits_for_a_ticket(lambda db: move(db, first, Status.REOPENED, STAFF))
        parting.execute(text("SET LOCAL lock_timeout = '5s'"))
        locked(parting, last)
        parting.commit()
    other.result()
    assert amiss() == []


def test_two_who_follow_at_once_and_somebody_who_takes_the_ticket(
    three: list[int], waits_for_a_ticket: Callable[[Act], Future[None]]
) -> None:
    with transaction() as db:
        ids = [resident(db, f"U{n}") for n in range(3)]
    with transaction() as following:
        follow(following, three[0], ids[0])
        second = waits_for_a_ticket(lambda db: follow(db, three[0], ids[1]))
        taking = waits_for_a_ticket(lambda db: locked(db, three[0]))
        third = waits_for_a_ticket(lambda db: follow(db, three[0], ids[2]))
        following.commit()
    for one in (second, taking, third):
        one.result()
    assert amiss() == []
