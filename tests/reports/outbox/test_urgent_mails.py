"""Whose it is hears of an urgent ticket at once, and once."""

import pytest
from sqlalchemy import text
from townsfolk import STAFF, file, resident, rows

from reports.actions.assign import assign
from reports.actions.route import route
from reports.tickets import deadline
from reports.tickets.models import Ticket
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
MAILS = """
    SELECT d.key, m.facts FROM mails m JOIN departments d ON d.id = m.department_id ORDER BY m.id
"""


@pytest.fixture(autouse=True)
def _addresses(database_url: str) -> None:
    with transaction() as db:
        db.execute(text("UPDATE departments SET email = key || '@city.example.jp' WHERE inside"))


def told() -> list[str]:
    """The keys of those whose it is, or has been; a rule may name others."""
    return [row.key for row in rows(MAILS) if row.key in ("road", "trees")]


def routed(*, urgent: bool) -> int:
    with transaction() as db:
        ticket_id = file(db, resident(db, "U" + "1" * 32))
        if urgent:
            deadline.hasten(db, db.get_one(Ticket, ticket_id))
            db.execute(text("UPDATE reports SET urgent = true"))
        route(db, ticket_id)
    return ticket_id


def sent() -> None:
    rows("UPDATE mails SET state = 'sent', sent_at = now()")


def test_the_department_of_an_urgent_ticket_is_told_once() -> None:
    ticket_id = routed(urgent=True)
    assert told() == ["road"]
    with transaction() as db:
        route(db, ticket_id)
    sent()
    with transaction() as db:
        route(db, ticket_id)
    assert told() == ["road"]
    with transaction() as db:
        assign(db, ticket_id, "trees", STAFF, "倒木です")
    assert told() == ["road", "trees"]


def test_one_that_turns_out_to_be_urgent_is_told_then_and_others_are_not() -> None:
    ticket_id = routed(urgent=False)
    assert told() == []
    with transaction() as db:
        db.execute(text("UPDATE reports SET urgent = true"))
        route(db, ticket_id)
    assert told() == ["road"]


def test_who_has_no_address_is_not_written_to() -> None:
    rows("UPDATE departments SET email = ''")
    routed(urgent=True)
    assert told() == []
