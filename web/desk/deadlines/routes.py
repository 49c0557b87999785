"""What is due at whom: staff see of every department what its daily mail says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import Response

from reports.city import profile
from reports.city.calendar import OfficeHours
from reports.city.categories import Category
from reports.city.clock import today
from reports.documents import digest
from reports.documents.digest import LISTED, Dues
from reports.tickets.marks import Mark
from web.auth import who
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router
from web.kit.tickets import shown
from web.maps.filters import NOBODY

router = Router(include_in_schema=False)

MOST_LISTED: Final = 20
"""Of one department; the rest is behind its numbers, on the map with its list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One department; `key` as the filters of the list take it, `overdue` with the long overdue."""

    key: str
    of: Dues
    due: int
    overdue: int
    long_overdue: int
    tickets: list[dict[str, Any]]

    @property
    def marked(self) -> int:
        return self.due + self.overdue


@router.get("/staff/due")
def due_page(visitor: who.IsAtDesk, db: Db) -> Response:
    """Per department: how many are due, overdue, long overdue or standing still, and which."""
    day, facts, categories = today(), profile.profile(db), profile.categories(db)
    closed = profile.closing_days(facts)
    rows = [_row(each, categories, day, closed) for each in digest.dues(db, day)]
    return page(
        "desk/deadlines/page.html",
        visitor=visitor,
        day=day,
        opens=OfficeHours.of(facts).opens,
        rows=rows,
        most=max(row.marked for row in rows),
    )


def _row(of: Dues, categories: Mapping[str, Category], day: date, closed: Collection[date]) -> Row:
    count = of.counts
    lines = [line for mark in LISTED for line in of.tickets[mark]][:MOST_LISTED]
    return Row(
        of.department.key if of.department else NOBODY,
        of,
        count[Mark.DUE],
        count[Mark.OVERDUE] + count[Mark.LONG_OVERDUE],
        count[Mark.LONG_OVERDUE],
        [shown(line, categories, day, closed) for line in lines],
    )
