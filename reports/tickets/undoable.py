"""What a crew may still take back of what it has just told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from settings import settings
from store import sql
from store.database import at_once


class Undoable(NamedTuple):
    """The line of history of its move, the ticket with its number, the outcome, and for how many
    seconds more it may be taken back."""

    history_id: int
    ticket_id: int
    number: str
    outcome: str
    seconds: float


def minute() -> timedelta:
    """For so long a crew may take back what it told."""
    return timedelta(seconds=settings().crew_undo_seconds)


def undoable(user_id: int) -> Sequence[Undoable]:
    """What this person may still take back, the newest first."""
    found = at_once(_UNDOABLE, minute(), user_id, minute())
    return [Undoable(*row) for row in found]


def last_work(db: Session, ticket_id: int, user_id: int) -> Undoable | None:
    """What this person told last of the ticket; without seconds where that stays."""
    row = sql.run(db, _LAST, ticket=ticket_id, user=user_id, minute=minute()).fetchone()
    return Undoable(*row) if row else None


_LAST: Final = """
    SELECT w.history_id, w.ticket_id, t.number, w.outcome,
           CASE WHEN w.undo IS NOT NULL
                THEN extract(epoch FROM w.created_at + %(minute)s - now())::float8 ELSE 0 END
    FROM works w JOIN tickets t ON t.id = w.ticket_id
    WHERE w.ticket_id = %(ticket)s AND w.by_id = %(user)s ORDER BY w.id DESC LIMIT 1
"""
_UNDOABLE: Final = """
    SELECT w.history_id, w.ticket_id, t.number, w.outcome,
           extract(epoch FROM w.created_at + %s - now())::float8
    FROM works w JOIN tickets t ON t.id = w.ticket_id
    WHERE w.by_id = %s AND w.created_at > now() - %s AND w.undo IS NOT NULL
    ORDER BY w.id DESC LIMIT 3
"""
