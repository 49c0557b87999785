"""A person's day: the tickets that were packed for them, in their order, and who has which."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.people.rights import OF_ANY
from reports.tickets.filters import STILL_OPEN
from store import sql


class Worker(NamedTuple):
    """Somebody of a crew, and how many stops their day has."""

    user_id: int
    name: str
    stops: int


def stops(db: Session, user_id: int, day: date) -> Sequence[int]:
    """Ids of the tickets of their day in its order, as far as they are open and still theirs."""
    return [id for (id,) in sql.run(db, _STOPS, user=user_id, day=day)]


def crew_on(db: Session, departments: Sequence[str], day: date) -> Sequence[Worker]:
    """Everybody of these departments' crews (keys) who may come in, with their day."""
    rows = sql.run(db, _CREW, departments=list(departments), day=day)
    return [Worker(*row) for row in rows]


def in_charge(db: Session, ticket_ids: Sequence[int]) -> Mapping[int, int]:
    """Who (an id) is in charge of which of these tickets (ids), where somebody is."""
    return dict(tuple(row) for row in sql.run(db, _IN_CHARGE, tickets=list(ticket_ids)))


def ids(db: Session, departments: Sequence[str], numbers: Sequence[str]) -> Mapping[str, int]:
    """Of those of these numbers that are open and of these departments (keys)."""
    rows = sql.run(db, _IDS, departments=list(departments), numbers=list(numbers))
    return dict(tuple(row) for row in rows)


_THEIRS: Final = f"t.assignee_id = p.user_id AND {STILL_OPEN}"
_STOPS: Final = f"""
    SELECT t.id FROM plan_stops p JOIN tickets t ON t.id = p.ticket_id AND {_THEIRS}
    WHERE p.user_id = %(user)s AND p.day = %(day)s ORDER BY p.turn, t.id
"""
_CREW: Final = f"""
    SELECT u.id, u.shown_name,
           (SELECT count(*) FROM plan_stops p JOIN tickets t ON t.id = p.ticket_id AND {_THEIRS}
            WHERE p.user_id = u.id AND p.day = %(day)s)
    FROM users u WHERE u.role = 'crew' AND NOT u.disabled AND {OF_ANY}
    ORDER BY u.shown_name, u.id
"""
_IN_CHARGE: Final = """
    SELECT id, assignee_id FROM tickets WHERE id = ANY(%(tickets)s) AND assignee_id IS NOT NULL
"""
_IDS: Final = f"""
    SELECT t.number, t.id FROM tickets t
    WHERE t.number = ANY(%(numbers)s) AND {STILL_OPEN}
      AND t.department_id IN (SELECT id FROM departments WHERE key = ANY(%(departments)s::text[]))
"""
