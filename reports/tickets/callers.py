"""Who told staff of a ticket by telephone or at the counter, and who waits to be rung back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.tickets.status import Status, status_of
from store import sql


@dataclass(frozen=True, slots=True)
class CallerSummary:
    """Of one report; `due_since`, `called_at`, `called_by` as of `Caller`. `moved_id`: the line of
    history that tells how its ticket stands."""

    report_id: int
    name: str
    phone: str
    call_back: bool
    due_since: datetime | None
    called_at: datetime | None
    called_by: str
    moved_id: int | None
    email: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody to be rung, and what to tell them: the ticket's status, and what was written with it
    for those who reported it; `moved_id`: the line of history that says so. `said`: what they had
    told. `called_at`, `called_by`: who rang last and did not reach them."""

    report_id: int
    due_since: datetime
    name: str
    phone: str
    number: str
    category: str
    place_name: str
    kept_status: str
    words: str
    moved_id: int | None
    said: str
    called_at: datetime | None
    called_by: str
    email: str

    @property
    def status(self) -> Status:
        return status_of(self.kept_status)


def callers(db: Session, ticket_id: int) -> Sequence[CallerSummary]:
    """Of this ticket, in the order of their reports."""
    return [CallerSummary(*row) for row in sql.run(db, _OF_TICKET, ticket=ticket_id)]


def call_backs(
    db: Session, departments: Sequence[str] | None = None, *, limit: int = 200
) -> Sequence[CallBack]:
    """Those who wait longest first. `departments`: of tickets of these (keys) or of nobody alone;
    None for all."""
    return [CallBack(*row) for row in sql.run(db, _DUE, **_whose(departments), limit=limit)]


def count_of_call_backs(db: Session, departments: Sequence[str] | None = None) -> int:
    """How many wait; `departments` as of `call_backs`."""
    (row,) = sql.run(db, _MANY, **_whose(departments))
    return int(row[0])


def _whose(departments: Sequence[str] | None) -> dict[str, object]:
    return {"all": departments is None, "departments": list(departments or ())}


def await_call(db: Session, ticket_id: int) -> None:
    """There is something to tell those who wanted to be rung back about this ticket."""
    sql.run(db, _AWAIT, ticket=ticket_id)


def await_no_call(db: Session, ticket_id: int, since: datetime) -> None:
    """What they were to be told from then on was taken back."""
    sql.run(db, _AWAIT_NO, ticket=ticket_id, since=since)


_OF_TICKET: Final = """
    SELECT c.report_id, c.name, c.phone, c.call_back, c.due_since, c.called_at, c.called_by,
           (SELECT max(h.id) FROM history h WHERE h.ticket_id = r.ticket_id AND h.what = 'moved'),
           c.email
    FROM reports r JOIN callers c ON c.report_id = r.id
    WHERE r.ticket_id = %(ticket)s ORDER BY r.id
"""
_OF: Final = """
    (%(all)s::bool OR t.department_id IS NULL OR t.department_id IN (
        SELECT id FROM departments WHERE key = ANY(%(departments)s::text[])))
"""
_MANY: Final = f"""
    SELECT count(*) FROM callers c JOIN reports r ON r.id = c.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE c.due_since IS NOT NULL AND {_OF}
"""
_DUE: Final = f"""
    SELECT c.report_id, c.due_since, c.name, c.phone, t.number, t.category, t.place_name, t.status,
           coalesce(moved.note, ''), moved.id,
           coalesce((SELECT string_agg(m.words, ' ' ORDER BY m.id) FROM remarks m
                     WHERE m.report_id = c.report_id), ''),
           c.called_at, c.called_by, c.email
    FROM callers c JOIN reports r ON r.id = c.report_id JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN LATERAL (
        SELECT h.id, h.note FROM history h WHERE h.ticket_id = t.id AND h.what = 'moved'
        ORDER BY h.id DESC LIMIT 1
    ) AS moved ON true
    WHERE c.due_since IS NOT NULL AND {_OF} ORDER BY c.due_since, c.report_id LIMIT %(limit)s
"""
_AWAIT_NO: Final = """
    UPDATE callers SET due_since = NULL WHERE due_since = %(since)s AND report_id IN (
        SELECT id FROM reports WHERE ticket_id = %(ticket)s)
"""
_AWAIT: Final = """
    UPDATE callers SET due_since = coalesce(due_since, now())
    WHERE call_back AND report_id IN (
        SELECT id FROM reports WHERE ticket_id = %(ticket)s AND withdrawn_at IS NULL)
"""
