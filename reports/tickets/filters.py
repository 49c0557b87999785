"""A ticket as a line of a list, in SQL: its columns, its filters, the orders people work by."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from reports.city import clock
from reports.tickets import models
from reports.tickets.marks import Mark
from reports.tickets.read_models import DepartmentSummary, TicketFilter, TicketSummary
from reports.tickets.status import OPEN, status_of
from reports.tickets.why import why_of

STILL_OPEN: Final = f"t.{models.STILL_OPEN}"
ORDERS: Final = {
    "worklist": "(t.department_id IS NOT NULL), t.urgent DESC,"
    ' (t.why @> \'{"reason": "to_and_fro"}\') DESC, t.deadline, t.id',
    "crew": "(t.status <> 'reopened'), (t.status IN ('monitoring', 'forwarded')), t.urgent DESC,"
    " t.deadline, t.id",
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
WITHDRAWN: Final = """
    coalesce(CASE WHEN t.status = 'declined' THEN
        (SELECT h.actor = 'resident' FROM history h
         WHERE h.ticket_id = t.id AND h.to_status = 'declined' ORDER BY h.id DESC LIMIT 1)
    END, false)
"""
"""Whether it was not the city that declined it, but who reported it."""
LINES: Final = f"""
    SELECT t.*, ST_X(t.place) AS lon, ST_Y(t.place) AS lat, {DEPARTMENT},
           (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
            WHERE r.ticket_id = t.id AND p.state = 'stored'
            ORDER BY {models.IN_ORDER} LIMIT 1) AS photo_id,
           (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) AS followers,
           (SELECT i.number FROM tickets i WHERE i.id = t.merged_into) AS merged_number,
           {WITHDRAWN} AS withdrawn
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
"""


def conditions(wanted: TicketFilter) -> tuple[list[str], dict[str, Any]]:
    """SQL over `tickets t LEFT JOIN departments d` that keeps what is wanted, and its values."""
    values = {name: value for name in _CONDITIONS if (value := getattr(wanted, name)) is not None}
    where = [_CONDITIONS[name] for name in values]
    if wanted.statuses is not None:
        values["statuses"] = [str(status) for status in wanted.statuses]
        if set(wanted.statuses) <= OPEN:
            where.append(STILL_OPEN)
    if wanted.department is not None:
        where.append("d.key = :department" if wanted.department else "t.department_id IS NULL")
        values["department"] = wanted.department
    if wanted.withdrawn is not None:
        where.append(WITHDRAWN if wanted.withdrawn else f"NOT {WITHDRAWN}")
    if wanted.due is not None:
        where += [STILL_OPEN, MARKED[wanted.due]]
        values["today"] = wanted.due_on or clock.today()
    if wanted.bbox:
        where.append("t.place && ST_MakeEnvelope(:west, :south, :east, :north, 4326)")
        values |= dict(zip(("west", "south", "east", "north"), wanted.bbox, strict=True))
    return where, values


def department_from(row: Any) -> DepartmentSummary:
    """From a row with the columns of `DEPARTMENT`."""
    return DepartmentSummary(*(getattr(row, f"d_{name}") for name in _DEPARTMENT))


def line_from(row: Any) -> TicketSummary:
    """From a row of `LINES`."""
    return TicketSummary(
        id=row.id,
        number=row.number,
        category=row.category,
        status=status_of(row.status),
        lon=row.lon,
        lat=row.lat,
        place_name=row.place_name,
        place_name_en=row.place_name_en,
        district=row.district,
        owner=row.owner,
        department=department_from(row) if row.d_key else None,
        deadline=row.deadline,
        urgent=row.urgent,
        routed_at=row.routed_at,
        received_at=row.received_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
        change=row.change,
        why=why_of(row.why),
        photo_id=row.photo_id,
        followers=row.followers,
        merged_into=row.merged_number,
        asked_at=row.asked_at,
        paused_at=row.paused_at,
        long_overdue_on=row.long_overdue_on,
        silent_since=row.silent_since,
        rules_version=row.rules_version,
        passes=row.passes,
        withdrawn=row.withdrawn,
    )


_CONDITIONS: Final = {
    "statuses": "t.status = ANY(:statuses)",
    "category": "t.category = :category",
    "since": "t.updated_at >= :since",
    "number": "t.number = :number",
    "id": "t.id = :id",
    "ids": "t.id = ANY(:ids)",
    "resident_id": "t.id IN (SELECT ticket_id FROM followers WHERE resident_id = :resident_id)",
}
