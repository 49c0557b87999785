"""What those who work on a ticket have written for each other, and what of it waits for whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.tickets.read_models import PhotoSummary
from store import sql


@dataclass(frozen=True, slots=True)
class NoteSummary:
    """`to`: the name of the person or department that it is for, or ""; `department`: its key.

    `photos` that were removed since are left out.
    """

    id: int
    at: datetime
    by_name: str
    words: str
    user_id: int | None
    department: str | None
    to: str
    done_at: datetime | None
    done_by: str
    photos: Sequence[PhotoSummary] = ()

    @property
    def waits(self) -> bool:
        """Somebody has still to see to it."""
        return bool(self.to) and self.done_at is None


def notes(db: Session, ticket_id: int) -> list[NoteSummary]:
    """Of this ticket, the newest first."""
    lines, photos = sql.run_together(db, [_NOTES, _PHOTOS], ticket=ticket_id)
    by_note = defaultdict(list)
    for note_id, *photo in photos:
        by_note[note_id].append(PhotoSummary(*photo))
    return [replace(NoteSummary(*row), photos=by_note[row[0]]) for row in lines]


def waiting_for(db: Session, user_id: int, departments: Sequence[str]) -> frozenset[int]:
    """The tickets with a note that waits for this person, or one of these departments (keys)."""
    rows = sql.run(db, _WAITING, user=user_id, departments=list(departments))
    return frozenset(id for (id,) in rows)


_NOTES: Final = """
    SELECT n.id, n.at, n.by_name, n.words, n.user_id, d.key, coalesce(u.shown_name, d.name, ''),
           n.done_at, n.done_by
    FROM notes n LEFT JOIN users u ON u.id = n.user_id
    LEFT JOIN departments d ON d.id = n.department_id
    WHERE n.ticket_id = %(ticket)s ORDER BY n.id DESC
"""
_PHOTOS: Final = """
    SELECT p.note_id, p.id, p.state, 'note', NULL, p.width, p.height, p.taken_at, p.direction,
           false, p.missing, p.original IS NOT NULL
    FROM notes n JOIN photos p ON p.note_id = n.id
    WHERE n.ticket_id = %(ticket)s AND p.state <> 'removed' ORDER BY p.id
"""
_WAITING: Final = """
    SELECT ticket_id FROM notes WHERE done_at IS NULL AND user_id = %(user)s
    UNION SELECT ticket_id FROM notes
    WHERE done_at IS NULL
      AND department_id IN (SELECT id FROM departments WHERE key = ANY(%(departments)s::text[]))
"""
