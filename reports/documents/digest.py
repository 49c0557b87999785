"""What is due at each department today: for its daily mail, and for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.nearby import near
from reports.city import clock, profile
from reports.city.calendar import OfficeHours, is_business_day
from reports.city.categories import Category
from reports.city.models import Department
from reports.outbox import mails
from reports.outbox.models import Mail
from reports.tickets import queries
from reports.tickets.filters import MARKED, STILL_OPEN
from reports.tickets.marks import Mark, mark_of
from reports.tickets.read_models import DepartmentSummary, TicketFilter, TicketSummary

MOST_TICKETS: Final = 5000
LISTED: Final = (Mark.LONG_OVERDUE, Mark.OVERDUE, Mark.DUE)
"""The marks whose tickets are listed, each ticket under one of them; the worst first."""


@dataclass(frozen=True, slots=True)
class Dues:
    """Of one department, or of nobody (None): open tickets by their mark, in the order of work.

    `paused` of the `open` ones have a deadline that stands still.
    """

    department: DepartmentSummary | None
    open: int = 0
    paused: int = 0
    tickets: Mapping[Mark, list[TicketSummary]] = field(
        default_factory=lambda: {mark: [] for mark in LISTED}
    )

    @property
    def is_anything(self) -> bool:
        return any(self.tickets.values())


def dues(db: Session, today: date) -> list[Dues]:
    """Of nobody, then of each department of the city in its order."""
    counts = {row.key: (row.open, row.paused) for row in db.execute(text(_COUNTS))}
    inside = [each for each in queries.departments(db) if each.inside]
    found = {
        each and each.key: Dues(each, *counts.get(each and each.key, (0, 0)))
        for each in (None, *inside)
    }
    for line in _marked(db, today):
        whose = found.get(line.department and line.department.key)
        mark = mark_of(line.status, line.deadline, today, long_overdue_on=line.long_overdue_on)
        if whose and mark:
            whose.tickets[mark].append(line)
    return list(found.values())


def write_mails(db: Session, now: datetime) -> int:
    """The day's mail to each department of the city that has an address and anything due.

    From the opening hour of a business day on, once a day however often and by however many this
    is called. Returns how many were written.
    """
    here, facts = clock.local(now), profile.profile(db)
    if f"{here:%H:%M}" < OfficeHours.of(facts).opens:
        return 0
    if not is_business_day(here.date(), profile.closing_days(facts)):
        return 0
    waiting = _not_yet_told(db, here.date())
    found = dues(db, here.date()) if waiting else []
    categories, nobodys = profile.categories(db), sum(each.open for each in found[:1])
    return sum(
        mails.write(
            db,
            "daily",
            waiting[each.department.key],
            facts=_facts(each, categories, here.date()) | {"nobody": nobodys},
            day=here.date(),
        )
        for each in found
        if each.department and each.department.key in waiting and each.is_anything
    )


def _marked(db: Session, today: date) -> list[TicketSummary]:
    return [
        line
        for mark in (Mark.OVERDUE, Mark.DUE)
        for line in queries.tickets(db, TicketFilter(due=mark, due_on=today), limit=MOST_TICKETS)
    ]


def _not_yet_told(db: Session, day: date) -> dict[str, Department]:
    told = select(Mail.department_id).where(Mail.kind == "daily", Mail.day == day)
    to_tell = Department.inside, Department.email != "", Department.id.not_in(told)
    return {each.key: each for each in db.scalars(select(Department).where(*to_tell))}


def _facts(of: Dues, categories: Mapping[str, Category], today: date) -> dict[str, Any]:
    """As kept with the mail: lists by mark, and how many stand still."""
    lists = {str(mark): _told(found, categories, today) for mark, found in of.tickets.items()}
    return lists | {"paused": of.paused}


def _told(
    lines: Sequence[TicketSummary], categories: Mapping[str, Category], today: date
) -> list[dict[str, Any]]:
    return [
        {
            "number": line.number,
            "category": categories[line.category].name("ja"),
            "place": near(line.place_name),
            "deadline": line.deadline.isoformat(),
            "days_over": (today - line.deadline).days,
        }
        for line in lines
        if line.deadline
    ]


_COUNTS: Final = f"""
    SELECT d.key, count(*) AS open, count(*) FILTER (WHERE {MARKED[Mark.PAUSED]}) AS paused
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    WHERE {STILL_OPEN} GROUP BY d.key
"""
