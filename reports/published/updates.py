"""How public tickets went on between two moments, as Open311 clients ask for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.published.shape import PublicEvent, from_json
from store import sql


def updates(db: Session, start: datetime, end: datetime, limit: int) -> Sequence[PublicEvent]:
    """What was published or moved from `start` on and before `end`, the first one first; of tickets
    that are public still."""
    found = sql.run(db, _UPDATES, start=start, end=end, limit=limit)
    return [
        PublicEvent(seq, number, kind, state, at, from_json(data))
        for seq, number, kind, state, at, data in found
    ]


_UPDATES: Final = """
    SELECT e.seq, e.number, e.kind, e.state, e.at, e.data FROM published_events e
    WHERE e.at >= %(start)s AND e.at < %(end)s AND e.kind IN ('published', 'moved')
      AND e.state IS NOT NULL AND EXISTS (
        SELECT FROM published_tickets p WHERE p.number = e.number)
    ORDER BY e.seq LIMIT %(limit)s
"""
