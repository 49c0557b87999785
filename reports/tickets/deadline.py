"""A ticket's deadline as kept: given when routed, standing still while others are waited for."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reports.city import profile
from reports.city.calendar import (
    OfficeHours,
    business_days_between,
    deadline,
    due_from,
    long_overdue_on,
)
from reports.city.categories import Category
from reports.city.clock import local
from reports.city.models import Department
from reports.tickets import events, history
from reports.tickets.event_json import read
from reports.tickets.event_kinds import Event
from reports.tickets.marks import pause_of
from reports.tickets.models import Report, Ticket
from reports.tickets.status import OPEN, status_of
from store.tasks import later


def give(db: Session, ticket: Ticket, category: Category) -> None:
    """Its deadline, from its receipt: `deadline_days` of its rule, else of its category."""
    facts = profile.profile(db)
    if ticket.deadline_days is None:
        ticket.deadline_days = category.days(urgent=ticket.urgent)
    if ticket.due_from is None:
        ticket.due_from = _receipt(ticket.received_at, facts)
    _reckon(ticket, profile.closing_days(facts))
    settle(db, ticket)


def put_on(db: Session, ticket: Ticket, day: date) -> None:
    """Its deadline is this day, or the business day before it; later pauses put it off again."""
    facts = profile.profile(db)
    closed = profile.closing_days(facts)
    ticket.due_from = ticket.due_from or _receipt(ticket.received_at, facts)
    days = business_days_between(ticket.due_from, day, closed)
    ticket.deadline_days = max(days - ticket.paused_days, 0)
    _reckon(ticket, closed)


def promised(db: Session, ticket: Ticket) -> date | None:
    """Its deadline, where that is a day which staff have set, or one put off since."""
    last = _last(db, ticket, events.Promised, events.PutOff, events.DueAgain)
    match last:
        case events.PutOff(deadline=day):
            last = _last(db, ticket, events.Promised, events.DueAgain)
        case events.Promised(to=day) | events.DueAgain(deadline=day):
            pass
        case _:
            return None
    given_up = last is None or (isinstance(last, events.DueAgain) and not last.stays)
    return None if given_up or day != ticket.deadline else day


def _last(db: Session, ticket: Ticket, *kinds: type[Event]) -> Event | None:
    line = history.newest(db, ticket.id, *kinds)
    return read(line) if line else None


def begin_again(db: Session, ticket: Ticket) -> None:
    """A closed ticket that is reopened is due as if it had been reported only now."""
    facts = profile.profile(db)
    ticket.due_from = _receipt(datetime.now(UTC), facts)
    ticket.paused_at, ticket.paused_days = None, 0
    _reckon(ticket, profile.closing_days(facts))


def settle(db: Session, ticket: Ticket, now: datetime | None = None) -> None:
    """Let it stand still or go on, as the ticket now is; to be called whenever that may change.

    It goes on later by the business days after the day on which it stopped.
    """
    waits = pause_of(
        status_of(ticket.status), asked=ticket.asked_at is not None, inside=_is_inside(db, ticket)
    )
    if waits and ticket.paused_at is None:
        ticket.paused_at = now or datetime.now(UTC)
    elif not waits and ticket.paused_at is not None:
        _go_on(db, ticket, local(now or datetime.now(UTC)).date())


def hasten(db: Session, ticket: Ticket) -> None:
    """It has turned out to be urgent: other rules may follow from that, and an earlier deadline."""
    if not ticket.urgent and status_of(ticket.status) in OPEN:
        ticket.urgent = True
        later(db, "route_ticket", ticket_id=ticket.id)


def calm(db: Session, ticket: Ticket) -> None:
    """What made it urgent may have gone to another ticket: neither its own reports nor its category
    may make it so any more."""
    urgent = exists().where(Report.ticket_id == ticket.id, Report.urgent)
    if not ticket.urgent or profile.categories(db)[ticket.category].urgent:
        return
    if not db.scalar(select(urgent)):
        ticket.urgent = False
        later(db, "route_ticket", ticket_id=ticket.id)


def _receipt(moment: datetime, facts: Mapping[str, Any]) -> date:
    return due_from(local(moment), OfficeHours.of(facts), profile.closing_days(facts))


def _reckon(ticket: Ticket, closed: Collection[date]) -> None:
    begun, days, paused = ticket.due_from, ticket.deadline_days, ticket.paused_days
    if begun is None or days is None:  # of a time before both were kept
        return
    ticket.deadline = deadline(begun, days + paused, closed)
    ticket.long_overdue_on = deadline(long_overdue_on(begun, days, closed), paused, closed)


def _go_on(db: Session, ticket: Ticket, today: date) -> None:
    assert ticket.paused_at
    closed = profile.closing_days(profile.profile(db))
    stopped = local(ticket.paused_at).date()
    gone = business_days_between(max(stopped, ticket.due_from or stopped), today, closed)
    ticket.paused_at = None
    if gone == 0 or ticket.deadline is None:
        return
    ticket.paused_days += gone
    ticket.deadline = deadline(ticket.deadline, gone, closed)
    if ticket.long_overdue_on is not None:
        ticket.long_overdue_on = deadline(ticket.long_overdue_on, gone, closed)
    history.write(db, ticket.id, None, events.PutOff(gone, ticket.deadline))


def _is_inside(db: Session, ticket: Ticket) -> bool:
    """With a department of the city, or with nobody yet."""
    inside = select(Department.inside).where(Department.id == ticket.department_id)
    return db.scalar(inside) is not False
