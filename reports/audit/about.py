"""What the audit log says about a few things: who looked at them, and what was changed past the
history of tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql


class Looked(NamedTuple):
    """Somebody's looks (`kind` look, or export: it left as a file): when first, when last, how
    often. `id`: of the first."""

    id: int
    kind: str
    user_id: int | None
    via: str
    first_at: datetime
    last_at: datetime
    times: int


class ChangedBy(NamedTuple):
    """A change of which the ticket's own history does not tell."""

    id: int
    at: datetime
    what: str
    user_id: int | None
    via: str


def looks(db: Session, abouts: Sequence[str]) -> list[Looked]:
    """One for each person and kind, who looked first first."""
    return [Looked(*row) for row in sql.run(db, _LOOKS, abouts=list(abouts))]


def changes(db: Session, abouts: Sequence[str]) -> list[ChangedBy]:
    """In their order."""
    return [ChangedBy(*row) for row in sql.run(db, _CHANGES, abouts=list(abouts))]


def oldest(db: Session) -> datetime | None:
    """How far back the log goes."""
    row = sql.run(db, "SELECT at FROM audit ORDER BY at, id LIMIT 1").fetchone()
    return row[0] if row else None


_LOOKS: Final = """
    SELECT min(id), kind, user_id, via, min(at), max(at), count(*) FROM audit
    WHERE about = ANY(%(abouts)s::text[]) AND kind IN ('look', 'export')
    GROUP BY kind, user_id, via ORDER BY min(at), min(id)
"""
_CHANGES: Final = """
    SELECT id, at, what, user_id, via FROM audit
    WHERE about = ANY(%(abouts)s::text[]) AND kind = 'change' AND what NOT LIKE 'ticket %%'
    ORDER BY id
"""
