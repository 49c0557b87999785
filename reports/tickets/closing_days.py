"""Deadlines of open tickets when the city closes on more days: later, and never earlier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.calendar import BusinessDays, is_business_day
from reports.tickets import events, history
from reports.tickets.filters import STILL_OPEN
from store import sql

Days = Collection[date]


@dataclass(frozen=True, slots=True)
class Later:
    """A ticket whose `deadline` was `before`, so many business days earlier; where both are the
    same, only the day on which it is long overdue comes later."""

    id: int
    number: str
    before: date
    deadline: date
    long_overdue_on: date
    days: int

    @property
    def is_later(self) -> bool:
        return self.deadline > self.before


def later(db: Session, before: Days, after: Days) -> list[Later]:
    """What becomes later when the city's own closing days are these instead of those before.

    A deadline that has passed by the first new day stays as it is.
    """
    return _found(db, before, after, _BETWEEN)


def move(db: Session, before: Days, after: Days) -> int:
    """Give them their later deadlines; gives how many there were.

    All in three statements, for at the turn of the year they are many. Whoever routes a ticket
    meanwhile may still reckon with the days before.
    """
    found = _found(db, before, after, f"{_BETWEEN} FOR NO KEY UPDATE")
    sql.run(
        db,
        _MOVE,
        ids=[one.id for one in found],
        deadlines=[one.deadline for one in found],
        long=[one.long_overdue_on for one in found],
    )
    put_off = [one for one in found if one.is_later]
    history.write_of_all(db, {one.id: _event(one) for one in put_off})
    return len(put_off)


def _event(one: Later) -> events.PutOff:
    return events.PutOff(one.days, one.deadline, city_closed=True)


def _found(db: Session, before: Days, after: Days, statement: str) -> list[Later]:
    new = [day for day in after if is_business_day(day, before)]
    if not new:
        return []
    rows = [_Dates(*row) for row in sql.run(db, statement, first=min(new), last=max(new))]
    first = min((min(row.due_from, row.deadline) for row in rows), default=min(new))
    days = [BusinessDays(first, frozenset(closed)) for closed in (before, after)]
    found = (_later(row, *days) for row in rows)
    return [each for each in found if each]


class _Dates(NamedTuple):
    id: int
    number: str
    due_from: date
    deadline: date
    long_overdue_on: date


def _later(row: _Dates, before: BusinessDays, after: BusinessDays) -> Later | None:
    """The same number of business days from receipt as before, none of them a new closing day."""

    def put_off(day: date) -> date:
        return max(day, after.deadline(row.due_from, before.between(row.due_from, day)))

    deadline, long = put_off(row.deadline), put_off(row.long_overdue_on)
    if (deadline, long) == (row.deadline, row.long_overdue_on):
        return None
    days = before.between(row.deadline, deadline)
    return Later(row.id, row.number, row.deadline, deadline, long, days)


_BETWEEN: Final = f"""
    SELECT t.id, t.number, t.due_from, t.deadline, t.long_overdue_on FROM tickets t
    WHERE {STILL_OPEN} AND t.deadline IS NOT NULL AND t.due_from <= %(last)s
      AND t.long_overdue_on >= %(first)s
    ORDER BY t.id
"""
_MOVE: Final = """
    UPDATE tickets t SET deadline = new.deadline, long_overdue_on = new.long,
        updated_at = now(), change = nextval('ticket_changes')
    FROM unnest(%(ids)s::bigint[], %(deadlines)s::date[], %(long)s::date[])
        AS new(id, deadline, long)
    WHERE t.id = new.id
"""
