"""How many tickets each choice of a condition would leave, beside the conditions that are set.

From the counts that are kept for the map (cells), exact at any size, where these tell apart what is
wanted; else from so many tickets at most.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.cells import COUNT_AS, FIRST, IS_OF_TODAY, MARK, tells_apart
from reports.tickets.filters import conditions
from reports.tickets.marks import Mark
from reports.tickets.status import OPEN, Status, status_of
from reports.tickets.wanted import TicketFilter
from store import sql


class Sort(NamedTuple):
    """So `many` tickets of one kind; `department`: a key, or "" for 担当課未定."""

    status: Status
    is_withdrawn: bool
    department: str
    category: str
    mark: str
    many: int


@dataclass(frozen=True)
class Choices:
    """By choice. `is_all`: else there are at least so many of each. Of `statuses` only those that
    were counted; `withdrawn` ones are none of the declined."""

    statuses: Mapping[Status, int]
    withdrawn: int | None
    departments: Mapping[str, int]
    categories: Mapping[str, int]
    marks: Mapping[Mark, int]
    is_all: bool


def choices(db: Session, wanted: TicketFilter, today: date, *, most: int) -> Choices:
    """Each counted as if its own condition were not set. `most`: of tickets that are looked at."""
    kept = _kept(db, today) if tells_apart(wanted) else None
    if kept is not None:
        return _counted(kept, wanted, tuple(Status), is_all=True)
    among = tuple(Status) if wanted.statuses is None else wanted.statuses
    if OPEN.issuperset(among):
        among = tuple(OPEN)
    found = _looked_at(db, wanted, among, today, most + 1)
    return _counted(found, wanted, among, is_all=sum(each.many for each in found) <= most)


def _kept(db: Session, today: date) -> list[Sort] | None:
    """None where they are not of today."""
    rows = sql.run(db, sql.named(_KEPT), today=today).fetchall()
    if not all(is_of_today for is_of_today, *_ in rows):
        return None
    return [_sort(row) for _, *row in rows if row[-1]]


def _looked_at(
    db: Session, wanted: TicketFilter, among: Sequence[Status], today: date, most: int
) -> list[Sort]:
    """Whatever their department, category and mark, and in which of these statuses."""
    statuses = None if wanted.statuses is None else among
    rest = dict.fromkeys(("withdrawn", "department", "category", "due"))
    where, values = conditions(replace(wanted, statuses=statuses, **rest))
    asked = " AND ".join(["true", *where])
    statement = sql.named(_LOOKED_AT.replace("{asked}", asked).replace("{most}", f"{most:d}"))
    return [_sort(row) for row in sql.run(db, statement, **values, today=today)]


def _sort(row: Sequence[object]) -> Sort:
    status, *rest = row
    return Sort(status_of(str(status)), *rest)  # type: ignore[arg-type]


def _counted(
    found: Sequence[Sort], wanted: TicketFilter, among: Sequence[Status], *, is_all: bool
) -> Choices:
    def by(of: Callable[[Sort], Any], own: str) -> Counter[Any]:
        others = [holds for name, holds in _HOLDS.items() if name != own]
        counted: Counter[Any] = Counter()
        for each in found:
            if all(holds(each, wanted) for holds in others):
                counted[of(each)] += each.many
        return counted

    statuses = by(lambda each: (each.status, each.is_withdrawn), "statuses")
    marks = by(lambda each: each.mark, "due")
    return Choices(
        {status: statuses[status, False] for status in among},
        statuses[Status.DECLINED, True] if Status.DECLINED in among else None,
        by(lambda each: each.department, "department"),
        by(lambda each: each.category, "category"),
        {mark: sum(marks[each] for each in COUNT_AS[mark]) for mark in Mark},
        is_all,
    )


def _is_in_status(each: Sort, wanted: TicketFilter) -> bool:
    if wanted.statuses is not None and each.status not in wanted.statuses:
        return False
    is_declined = each.status is Status.DECLINED
    return wanted.withdrawn is None or not is_declined or each.is_withdrawn == wanted.withdrawn


def _is_marked(each: Sort, wanted: TicketFilter) -> bool:
    return wanted.due is None or each.mark in COUNT_AS[wanted.due]


_HOLDS: Final[Mapping[str, Callable[[Sort, TicketFilter], bool]]] = {
    "statuses": _is_in_status,
    "department": lambda each, wanted: wanted.department in (None, each.department),
    "category": lambda each, wanted: wanted.category in (None, each.category),
    "due": _is_marked,
}
_KEPT: Final = f"""
    WITH sorts AS (
        SELECT status, is_withdrawn, department_id, category, mark, sum(many) AS many FROM (
            SELECT status, is_withdrawn, department_id, category, mark, many
            FROM ticket_cells WHERE zoom = {FIRST} AND level = 'each'
            UNION ALL
            SELECT status, is_withdrawn, coalesce(department_id, 0), category, {MARK}, many
            FROM ticket_cell_changes t
        ) AS each
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(many) > 0
    )
    SELECT {IS_OF_TODAY} AS is_of_today, s.status, s.is_withdrawn, coalesce(d.key, ''), s.category,
           s.mark, s.many::bigint AS many
    FROM (SELECT) AS one LEFT JOIN sorts s ON true LEFT JOIN departments d ON d.id = s.department_id
"""
_LOOKED_AT: Final = f"""
    SELECT status, is_withdrawn, coalesce(d.key, ''), category, mark, count(*) AS many
    FROM (SELECT t.status, t.is_withdrawn, t.department_id, t.category, {MARK} AS mark
          FROM tickets t WHERE {{asked}} LIMIT {{most}}) AS t
    LEFT JOIN departments d ON d.id = t.department_id
    GROUP BY 1, 2, 3, 4, 5
"""
