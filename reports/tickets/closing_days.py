"""Deadlines of open tickets when the city closes on more days: later, and never earlier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports.city.calendar import business_days_between, deadline, is_business_day
from reports.tickets import events, history
from reports.tickets.filters import STILL_OPEN
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket

Days = Collection[date]


@dataclass(frozen=True, slots=True)
class Later:
    """A ticket whose `deadline` was `before`; where both are the same, only the day on which it is
    long overdue comes later."""

    id: int
    number: str
    before: date
    deadline: date
    long_overdue_on: date

    @property
    def is_later(self) -> bool:
        return self.deadline > self.before


def later(db: Session, before: Days, after: Days) -> list[Later]:
    """What becomes later when the city's own closing days are these instead of those before.

    A deadline that has passed by the first new day stays as it is.
    """
    new = [day for day in after if is_business_day(day, before)]
    if not new:
        return []
    rows = db.execute(text(_BETWEEN), {"first": min(new), "last": max(new)})
    found = [_later(row, frozenset(before), frozenset(after)) for row in rows]
    return [each for each in found if each]


def move(db: Session, before: Days, after: Days) -> int:
    """Give them their later deadlines; gives how many there were.

    Whoever routes a ticket meanwhile may still reckon with the days before.
    """
    many = 0
    for one in later(db, before, after):
        ticket = locked(db, one.id)
        each = None if ticket.closed_at else _later(ticket, frozenset(before), frozenset(after))
        if each is None:
            continue
        ticket.deadline, ticket.long_overdue_on = each.deadline, each.long_overdue_on
        if each.is_later:
            days = business_days_between(each.before, each.deadline, before)
            history.write(db, ticket.id, None, events.PutOff(days, each.deadline, True))
            many += 1
        changed(db, ticket)
    return many


def _later(row: Ticket | Row[Any], before: Days, after: Days) -> Later | None:
    """The same number of business days from receipt as before, none of them a new closing day."""

    if row.deadline is None or row.long_overdue_on is None or row.due_from is None:
        return None

    def put_off(day: date) -> date:
        assert row.due_from
        days = business_days_between(row.due_from, day, before)
        return max(day, deadline(row.due_from, days, after))

    ends = [put_off(day) for day in (row.deadline, row.long_overdue_on)]
    if ends == [row.deadline, row.long_overdue_on]:
        return None
    return Later(row.id, row.number, row.deadline, *ends)


_BETWEEN: Final = f"""
    SELECT t.id, t.number, t.due_from, t.deadline, t.long_overdue_on FROM tickets t
    WHERE {STILL_OPEN} AND t.deadline IS NOT NULL AND t.due_from <= :last
      AND t.long_overdue_on >= :first
    ORDER BY t.id
"""
