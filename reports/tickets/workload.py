"""Departments with what hangs on them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from reports.city.departments import DepartmentCard
from reports.city.models import Department
from reports.tickets.filters import STILL_OPEN


@dataclass(frozen=True, slots=True)
class Kept:
    """A department with what hangs on it: crews that may sign in, open tickets."""

    key: str
    card: DepartmentCard
    edited_by: str
    crews: int
    open_tickets: int


def kept(db: Session, key: str | None = None) -> list[Kept]:
    """All of them, the city's own first; or the one of this key."""
    wanted = select(Department).order_by(Department.inside.desc(), Department.id)
    rows = list(db.scalars(wanted if key is None else wanted.where(Department.key == key)))
    counts = {row.id: row for row in db.execute(text(_COUNTS))}
    return [
        Kept(row.key, DepartmentCard.of(row), row.edited_by, count.crews, count.open_tickets)
        for row in rows
        if (count := counts[row.id])
    ]


_COUNTS: Final = f"""
    SELECT d.id,
           (SELECT count(*) FROM users u JOIN user_departments ud ON ud.user_id = u.id
            WHERE ud.department_id = d.id AND u.role = 'crew' AND NOT u.disabled) AS crews,
           (SELECT count(*) FROM tickets t WHERE t.department_id = d.id
            AND {STILL_OPEN}) AS open_tickets
    FROM departments d
"""


def open_of_category(db: Session, key: str) -> int:
    """How many open tickets are of this category."""
    of_it = text(f"SELECT count(*) FROM tickets t WHERE {STILL_OPEN} AND t.category = :key")
    return db.scalar(of_it, {"key": key}) or 0
