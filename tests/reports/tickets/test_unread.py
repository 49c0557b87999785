"""What a resident says after filing is unread until somebody of the city does something."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import CREW, STAFF, file, resident

from reports.actions.ask import ask
from reports.actions.move import move
from reports.actions.note import note
from reports.actions.route import route
from reports.people.permissions import RESIDENT
from reports.tickets import events, history, lists, queries
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter


@pytest.fixture
def ticket(db: Session) -> int:
    made = file(db, resident(db))
    route(db, made)
    return made


def says(db: Session, ticket: int, kind: type[events.Added] = events.Answered) -> None:
    history.write(db, ticket, RESIDENT, kind(report_id=None, photo_ids=(1,)))


def is_unread(db: Session, ticket: int) -> bool:
    """As the page, the list, its filter and the row say alike."""
    db.expire_all()
    page = queries.ticket(db, id=ticket)
    assert page
    (line,) = lists.page(db, TicketFilter(id=ticket, statuses=None), lists.NEWEST, limit=2)
    for wanted in (True, False):
        found = lists.count(db, TicketFilter(id=ticket, statuses=None, unread=wanted), 9)
        assert found == (page.ticket.unread is wanted)
    assert page.ticket.unread is line.unread
    return line.unread


def test_nothing_is_unread_of_what_was_only_filed_and_routed(db: Session, ticket: int) -> None:
    history.write(db, ticket, None, events.Routed({}))
    history.write(db, ticket, RESIDENT, events.Joined(1, words=True))
    history.write(db, ticket, RESIDENT, events.Confirmed())
    assert not is_unread(db, ticket)


@pytest.mark.parametrize("kind", [events.Answered, events.Added])
@pytest.mark.parametrize(
    "deal_with",
    [
        lambda db, ticket: move(db, ticket, Status.INSPECTING, STAFF),
        lambda db, ticket: move(db, ticket, Status.IN_PROGRESS, CREW),
        lambda db, ticket: ask(db, ticket, STAFF, "どこですか"),
        lambda db, ticket: note(db, ticket, STAFF, "見ました"),
    ],
    ids=["moved", "moved by a crew", "asked", "noted"],
)
def test_what_was_said_is_unread_until_somebody_of_the_city_does_something(
    db: Session,
    ticket: int,
    kind: type[events.Added],
    deal_with: Callable[[Session, int], None],
) -> None:
    says(db, ticket, kind)
    assert is_unread(db, ticket)
    says(db, ticket, kind)
    history.write(db, ticket, None, events.Unanswered())
    assert is_unread(db, ticket)
    deal_with(db, ticket)
    assert not is_unread(db, ticket)
    says(db, ticket, kind)
    assert is_unread(db, ticket)


def test_the_first_thing_that_nobody_has_read_says_since_when(db: Session, ticket: int) -> None:
    says(db, ticket)
    db.execute(text("UPDATE tickets SET unread_since = '2026-01-01+09'"))
    says(db, ticket)
    since = db.scalar(text("SELECT unread_since FROM tickets WHERE id = :id"), {"id": ticket})
    assert f"{since:%Y-%m-%d}" == "2025-12-31"
