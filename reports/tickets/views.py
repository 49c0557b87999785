"""Views of the list that somebody has kept under a name, and the one that theirs begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.tickets.filters import conditions
from reports.tickets.wanted import TicketFilter
from store import sql


@dataclass(frozen=True, slots=True)
class View:
    """`query`: of the list's address. `department`: its name where all of it have the view.
    `is_start`: the list begins with it for whoever looks."""

    id: int
    name: str
    query: str
    department: str | None
    is_start: bool


def views(db: Session, user_id: int, departments: Sequence[str]) -> list[View]:
    """This person's own, then those of their departments (keys), each by name."""
    rows = sql.run(db, _VIEWS, user=user_id, departments=list(departments))
    return [View(*row) for row in rows]


def counts(db: Session, wanted: Sequence[TicketFilter], most: int) -> list[int]:
    """How many tickets each wants, in one statement; of more than `most`, one more than that."""
    columns: list[str] = []
    values: dict[str, Any] = {}
    for place, one in enumerate(wanted):
        where, own = conditions(one)
        asked = sql.named(" AND ".join(["true", *where])).replace("%(", f"%(of_{place}_")
        columns.append(
            f"(SELECT count(*) FROM (SELECT FROM tickets t WHERE {asked} LIMIT {most + 1:d}) AS t)"
        )
        values |= {f"of_{place}_{name}": value for name, value in own.items()}
    if not columns:
        return []
    (row,) = sql.run(db, f"SELECT {', '.join(columns)}", **values)
    return [int(many) for many in row]


_VIEWS: Final = """
    SELECT v.id, v.name, v.query, d.name, s.view_id IS NOT NULL
    FROM saved_views v LEFT JOIN departments d ON d.id = v.department_id
    LEFT JOIN start_views s ON s.view_id = v.id AND s.user_id = %(user)s
    WHERE v.user_id = %(user)s OR d.key = ANY(%(departments)s::text[])
    ORDER BY v.user_id IS NULL, v.name, v.id
"""
