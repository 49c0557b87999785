"""What is new since a moment: all of it, once, in whatever order transactions commit."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import STAFF, file, resident

from reports.actions.follow import follow
from reports.actions.move import move
from reports.tickets import news
from reports.tickets.lists import changes
from reports.tickets.lock import changed, locked
from reports.tickets.news import Moment
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter
from store import sql
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")


def now() -> Moment:
    with transaction() as db:
        return news.look(db, None).now


def numbers_since(moment: Moment) -> tuple[int, int]:
    """How many are in the list of open ones, and how many have left it."""
    with transaction() as db:
        found = changes(db, TicketFilter(), moment, most=100)
        assert found is not None
        assert news.look(db, moment).is_any is bool(found.lines or found.gone)
        return len(found.lines), len(found.gone)


def made() -> int:
    with transaction() as db:
        return file(db, resident(db, f"U{db.scalar(text('SELECT count(*) FROM residents'))}"))


def test_everything_is_new_at_first_and_nothing_after_it() -> None:
    made()
    with transaction() as db:
        assert news.look(db, None).is_any
    assert numbers_since(now()) == (0, 0)


def test_what_came_changed_and_left_is_told_and_once() -> None:
    old, other = made(), made()
    before = now()
    made()
    with transaction() as db:
        move(db, old, Status.FIXED, STAFF)
        follow(db, other, resident(db, "Ufollower"))
    assert numbers_since(before) == (2, 1)
    assert numbers_since(now()) == (0, 0)


def test_a_change_that_commits_later_than_a_later_number_is_told() -> None:
    first, second = made(), made()
    with transaction() as slow:
        changed(slow, locked(slow, first))
        with transaction() as quick:
            changed(quick, locked(quick, second))
        between = now()
        assert numbers_since(between) == (0, 0)
    assert numbers_since(between) == (1, 0)


def test_one_that_is_undone_is_not_told() -> None:
    ticket_id, before = made(), now()
    with transaction() as db:
        attempt = db.begin_nested()
        changed(db, locked(db, ticket_id))
        attempt.rollback()
    assert numbers_since(before) == (0, 0)


def test_more_than_a_list_wants_to_hear_is_told_as_none() -> None:
    before = now()
    for _ in range(3):
        made()
    with transaction() as db:
        assert changes(db, TicketFilter(), before, most=2) is None


def test_a_database_that_came_from_another_server_begins_anew() -> None:
    ticket_id = made()
    with transaction() as db:
        db.execute(text("ALTER TABLE tickets DISABLE TRIGGER ticket_changed"))
        db.execute(text("UPDATE tickets SET changed_in = 10 ^ 12"))
        db.execute(text("ALTER TABLE tickets ENABLE TRIGGER ticket_changed"))
    assert numbers_since(now()) == (0, 0)
    with transaction() as db:
        found = news.look(db, Moment(f"{10**12}:{10**12}:"))
        assert (found.is_any, found.is_all) == (True, True)
        move(db, ticket_id, Status.IN_PROGRESS, STAFF)


@pytest.mark.parametrize("typed", ["", "1", "0:5:", "5:4:", "1:5:3,2", "1:5:7", "a:b:", "1:2:3:4",
                                   f"{10**30}:{10**30}:", "1:5:2;", "-1:5:"])  # fmt: skip
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert news.moment_in(typed) is None


def test_every_moment_that_is_read_comes_back(db: Session) -> None:
    with transaction() as other:
        other.execute(text("SELECT pg_current_xact_id()"))
        moment = news.look(db, None).now
    assert news.moment_in(moment) == moment


def test_looking_reads_no_ticket_while_nothing_is_new() -> None:
    with transaction() as db:
        for n in range(200):
            sql.run(db, _TICKET, n=f"{n:09}")
    with transaction() as db:
        db.execute(text("ANALYZE tickets"))
    moment = now()
    with transaction() as db:
        plan = sql.run(db, f"EXPLAIN (ANALYZE, FORMAT JSON) {news._LOOK}", moment=moment).fetchall()
    (scan,) = scans(plan[0][0][0]["Plan"])
    assert scan["Index Name"] == "ix_tickets_changed_in"
    assert scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) == 0


_TICKET = """
    INSERT INTO tickets (number, category, place)
    VALUES (%(n)s, 'pothole', ST_GeomFromEWKT('SRID=4326;POINT(139.5 35.7)'))
"""


def scans(node: dict[str, Any]) -> list[dict[str, Any]]:
    below = [one for part in node.get("Plans", ()) for one in scans(part)]
    return [node, *below] if "Index Name" in node else below
