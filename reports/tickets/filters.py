"""A ticket as a line of a list, in SQL: its columns, its filters, the orders people work by."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final

from reports.city import clock
from reports.tickets import indexes
from reports.tickets.marks import Mark
from reports.tickets.read_models import DepartmentSummary, TicketSummary
from reports.tickets.status import OPEN, Status, status_of
from reports.tickets.wanted import TicketFilter
from reports.tickets.why import why_of

STILL_OPEN: Final = f"t.{indexes.STILL_OPEN}"
ORDERS: Final = {
    "worklist": indexes.in_order(*indexes.WORKLIST),
    "newest": "t.id DESC",
    "changed": "t.change",
}
MARKED: Final[Mapping[Mark, str]] = {
    Mark.DUE: "t.paused_at IS NULL AND t.deadline = :today",
    Mark.OVERDUE: "t.paused_at IS NULL AND t.deadline < :today",
    Mark.LONG_OVERDUE: (
        "t.paused_at IS NULL AND t.deadline < :today AND t.long_overdue_on <= :today"
    ),
    Mark.PAUSED: "t.paused_at IS NOT NULL AND t.deadline IS NOT NULL",
}
"""As `reports.tickets.marks.mark_of` marks an open ticket; the overdue include the long overdue."""
_DEPARTMENT: Final = [each.name for each in fields(DepartmentSummary)]
DEPARTMENT: Final = ", ".join(f"d.{name} AS d_{name}" for name in _DEPARTMENT)
_ITS_OWN: Final = {
    "lon": "ST_X(t.place)",
    "lat": "ST_Y(t.place)",
    "department": "d.key",
    "photo_id": "t.cover_id",
    "followers": "t.follower_count",
    "merged_into": "(SELECT i.number FROM tickets i WHERE i.id = t.merged_into)",
    "withdrawn": "t.is_withdrawn",
    "assignee": "(SELECT u.shown_name FROM users u WHERE u.id = t.assignee_id)",
}
_FACTS: Final = {
    each.name: _ITS_OWN.get(each.name, f"t.{each.name}") for each in fields(TicketSummary)
}
LINES: Final = f"""
    SELECT {", ".join(f"{sql} AS {name}" for name, sql in _FACTS.items())}, {DEPARTMENT}
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
"""


def conditions(wanted: TicketFilter) -> tuple[list[str], dict[str, Any]]:
    """SQL over `tickets t` that keeps what is wanted, and its values, which it names :so."""
    values = {name: value for name in _CONDITIONS if (value := getattr(wanted, name)) is not None}
    statuses, still_open = set(wanted.statuses or ()), []
    if statuses and statuses <= OPEN:
        still_open = [STILL_OPEN]
    if statuses == OPEN:
        del values["statuses"]
    elif wanted.statuses is not None:
        values["statuses"] = [str(status) for status in wanted.statuses]
    where = [_CONDITIONS[name] for name in values] + still_open
    if wanted.department is not None:
        where.append(OF_DEPARTMENT if wanted.department else "t.department_id IS NULL")
        values["department"] = wanted.department
    if wanted.departments is not None:
        where.append(_OF_DEPARTMENTS)
        values["departments"] = list(wanted.departments)
    if wanted.assignee is not None:
        where.append("t.assignee_id = :assignee" if wanted.assignee else "t.assignee_id IS NULL")
        values["assignee"] = wanted.assignee
    if wanted.channel is not None:
        where.append(_OVER_LINE if wanted.channel == "line" else _OTHERWISE)
        values["channel"] = wanted.channel
    if wanted.withdrawn is not None:
        where.append(_TAKEN_BACK if wanted.withdrawn else "NOT t.is_withdrawn")
    if wanted.language is not None:
        where.append(_MOST_SPEAK if wanted.language == "ja" else _OTHERS_SPEAK)
        values["language"] = wanted.language
    for name, holds in EITHER.items():
        if (is_wanted := getattr(wanted, name)) is not None:
            where.append(holds if is_wanted else f"NOT ({holds})")
    for name, moment in _PERIODS.items():
        for end, sign in (("from", ">="), ("until", "<")):
            if day := getattr(wanted, f"{name}_{end}"):
                where.append(f"{moment} {sign} :{name}_{end}")
                values[f"{name}_{end}"] = clock.begin_of(day + timedelta(end == "until"))
    if wanted.due is not None:
        where += [STILL_OPEN, MARKED[wanted.due]]
        values["today"] = wanted.due_on or clock.today()
    if wanted.among:
        where.append(f"t.id IN ({wanted.among.ids})")
        values |= wanted.among.values
    if wanted.bbox:
        where.append("t.place && ST_MakeEnvelope(:west, :south, :east, :north, 4326)")
        values |= dict(zip(("west", "south", "east", "north"), wanted.bbox, strict=True))
    return where, values


def department_from(row: Any) -> DepartmentSummary:
    """From a row with the columns of `DEPARTMENT`."""
    return DepartmentSummary(*(getattr(row, f"d_{name}") for name in _DEPARTMENT))


def line_from(row: Sequence[Any]) -> TicketSummary:
    """From a row of `LINES`."""
    facts = dict(zip(_FACTS, row, strict=False))
    facts["status"], facts["why"] = status_of(facts["status"]), why_of(facts["why"])
    if facts["department"] is not None:
        facts["department"] = DepartmentSummary(*row[len(_FACTS) :])
    return TicketSummary(**facts)


_SPOKEN: Final = """
    CASE WHEN p.language IS NULL OR p.language IN ('ja', 'easy_ja') THEN 'ja'
    ELSE split_part(replace(lower(p.language), '_', '-'), '-', 1) END
"""
_BY_THEM: Final = "residents p JOIN reports r ON r.resident_id = p.id"
_OTHERS_SPEAK: Final = f"""
    t.id IN (SELECT r.ticket_id FROM {_BY_THEM}
             WHERE :language = 'other' AND {_SPOKEN} <> 'ja' OR {_SPOKEN} = :language)
"""
_MOST_SPEAK: Final = f"""
    EXISTS (SELECT FROM {_BY_THEM} WHERE r.ticket_id = t.id AND {_SPOKEN} = :language OFFSET 0)
"""
"""Those of most are looked up ticket by ticket: a list is full after a few of them."""
OF_DEPARTMENT: Final = "t.department_id = (SELECT id FROM departments WHERE key = :department)"
_OF_DEPARTMENTS: Final = (
    "t.department_id IN (SELECT id FROM departments WHERE key = ANY(CAST(:departments AS text[])))"
)
_OVER_LINE: Final = (
    "EXISTS (SELECT FROM reports r WHERE r.ticket_id = t.id AND r.channel = :channel)"
)
_OTHERWISE: Final = (
    "t.id IN (SELECT ticket_id FROM reports WHERE channel = :channel AND channel <> 'line')"
)
_CONDITIONS: Final = {
    "statuses": "t.status = ANY(:statuses)",
    "category": "t.category = :category",
    "since": "t.updated_at >= :since",
    "received_since": "t.received_at >= :received_since",
    "received_before": "t.received_at < :received_before",
    "number": "t.number = :number",
    "id": "t.id = :id",
    "ids": "t.id = ANY(:ids)",
    "followers": "t.follower_count >= :followers",
    "owner": "t.owner = :owner",
    "district": "t.district = :district",
    "resident_id": "t.id IN (SELECT ticket_id FROM followers WHERE resident_id = :resident_id)",
    "place_source": "t.id IN (SELECT ticket_id FROM reports WHERE place_source = :place_source)",
    "town": (
        "ST_Covers((SELECT ST_Union(shape) FROM areas"
        " WHERE kind = 'town' AND starts_with(name, :town)), t.place)"
    ),
    "attention": (
        f"t.id IN (SELECT id FROM tickets WHERE {indexes.ATTENTION}"
        " UNION ALL SELECT unnest(CAST(:attention AS bigint[])))"
    ),
}
"""Each takes the value of its name."""
_UNDECIDED: Final = """
    EXISTS (SELECT FROM reports r JOIN photos p ON p.report_id = r.id
            WHERE r.ticket_id = t.id AND r.withdrawn_at IS NULL AND p.state = 'stored'
              AND p.decision IS NULL)
"""
EITHER: Final = {
    "urgent": "t.urgent",
    "photo": "t.cover_id IS NOT NULL",
    "undecided": f"t.cover_id IS NOT NULL AND {_UNDECIDED}",
    "unread": "t.unread_since IS NOT NULL",
    "reopened": "t.id IN (SELECT ticket_id FROM history WHERE to_status = 'reopened')",
}
"""What holds of a ticket or not, by the name of `TicketFilter` that says which is wanted."""
_PERIODS: Final = {"received": "t.received_at", "changed": "t.updated_at", "closed": "t.closed_at"}
_TAKEN_BACK: Final = f"(t.status <> '{Status.DECLINED}' OR t.is_withdrawn)"
