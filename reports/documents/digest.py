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
from reports.outbox.mail_texts import MOST_LISTED
from reports.tickets import queries
from reports.tickets.filters import LINES, MARKED, ORDERS, STILL_OPEN, line_from
from reports.tickets.marks import Mark, mark_of
from reports.tickets.read_models import DepartmentSummary, TicketSummary

LISTED: Final = (Mark.LONG_OVERDUE, Mark.OVERDUE, Mark.DUE)
"""The marks whose tickets are listed, each ticket under one of them; the worst first."""


@dataclass(frozen=True, slots=True)
class Dues:
    """Of one department, or of nobody (None): how many are open, and how many of them by mark.

    `tickets`: the first MOST_LISTED of each mark, in the order of work. `paused` of the `open` ones
    have a deadline that stands still.
    """

    department: DepartmentSummary | None
    open: int = 0
    paused: int = 0
    counts: Mapping[Mark, int] = field(default_factory=lambda: dict.fromkeys(LISTED, 0))
    tickets: Mapping[Mark, list[TicketSummary]] = field(
        default_factory=lambda: {mark: [] for mark in LISTED}
    )


def dues(db: Session, today: date) -> list[Dues]:
    """Of nobody, then of each department of the city in its order."""
    values = {"today": today, "most": MOST_LISTED}
    rows = {row.key: row for row in db.execute(text(_COUNTS), values)}
    inside = [each for each in queries.departments(db) if each.inside]
    found = {each and each.key: _counted(each, rows) for each in (None, *inside)}
    for line in map(line_from, db.execute(text(_MARKED), values)):
        whose = found.get(line.department and line.department.key)
        mark = mark_of(line.status, line.deadline, today, long_overdue_on=line.long_overdue_on)
        if whose and mark:
            whose.tickets[mark].append(line)
    return list(found.values())


def write_mails(db: Session, now: datetime) -> int:
    """The day's mail to each department of the city that has an address and anything due.

    From the opening hour of a business day on, once a day however often and by however many this
    is called; what there is to list is looked for only when there is somebody to tell. Returns how
    many were written.
    """
    here, facts = clock.local(now), profile.profile(db)
    if f"{here:%H:%M}" < OfficeHours.of(facts).opens:
        return 0
    if not is_business_day(here.date(), profile.closing_days(facts)):
        return 0
    waiting = _to_tell(db, here.date())
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
        if each.department and each.department.key in waiting
    )


def _counted(of: DepartmentSummary | None, rows: Mapping[str | None, Any]) -> Dues:
    row = rows.get(of.key if of else None)
    if row is None:
        return Dues(of)
    return Dues(of, row.open, row.paused, {mark: getattr(row, mark) for mark in LISTED})


def _to_tell(db: Session, day: date) -> dict[str, Department]:
    """By key, those with something due whose mail of this day is not written."""
    wanted = select(Department).from_statement(text(_TO_TELL))
    return {each.key: each for each in db.scalars(wanted, {"today": day})}


def _facts(of: Dues, categories: Mapping[str, Category], today: date) -> dict[str, Any]:
    """As kept with the mail: lists by mark, and how many stand still."""
    lists = {str(mark): _told(found, categories, today) for mark, found in of.tickets.items()}
    counts = {str(mark): count for mark, count in of.counts.items()}
    return lists | {"counts": counts, "paused": of.paused}


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


_MARK: Final = "CASE {} END".format(
    " ".join(f"WHEN {MARKED[mark]} THEN '{mark}'" for mark in LISTED)
)
_IS_DUE: Final = f"{STILL_OPEN} AND t.paused_at IS NULL AND t.deadline <= :today"
_COUNTS: Final = f"""
    SELECT d.key, count(*) AS open, count(*) FILTER (WHERE {MARKED[Mark.PAUSED]}) AS paused,
           {", ".join(f"count(*) FILTER (WHERE {_MARK} = '{mark}') AS {mark}" for mark in LISTED)}
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    WHERE {STILL_OPEN} GROUP BY d.key
"""
_MARKED: Final = f"""
    WITH ordered AS (
        SELECT t.id, row_number() OVER (
            PARTITION BY t.department_id, {_MARK} ORDER BY {ORDERS["worklist"]}) AS place_in_list
        FROM tickets t WHERE {_IS_DUE}
    )
    {LINES} JOIN ordered ON ordered.id = t.id
    WHERE place_in_list <= :most ORDER BY {ORDERS["worklist"]}
"""
_TO_TELL: Final = f"""
    SELECT d.* FROM departments d
    WHERE d.inside AND d.email <> ''
      AND NOT EXISTS (SELECT FROM mails m
                      WHERE m.department_id = d.id AND m.kind = 'daily' AND m.day = :today)
      AND EXISTS (SELECT FROM tickets t WHERE t.department_id = d.id AND {_IS_DUE})
"""
