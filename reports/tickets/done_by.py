"""What each of those who sign in did with tickets in a time, counted from the history."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql


class Work(NamedTuple):
    """`name` as the history keeps it; `tickets`: so many different ones; `filed` and `moved`: lines
    of the history; `fixed`: the moves after which it was repaired."""

    user_id: int
    name: str
    tickets: int
    filed: int
    moved: int
    fixed: int


def work(db: Session, begin: datetime, end: datetime, user_id: int | None = None) -> list[Work]:
    """From `begin` to before `end`, whoever did the most first; of one person, where asked for."""
    found = sql.run(db, _WORK, begin=begin, end=end, user_id=user_id)
    return [Work(*row) for row in found]


_WORK: Final = sql.named("""
    SELECT h.actor_id, max(h.actor_name), count(DISTINCT h.ticket_id) AS tickets,
           count(*) FILTER (WHERE h.what = 'filed'),
           count(*) FILTER (WHERE h.what = 'moved'),
           count(*) FILTER (WHERE h.what = 'moved' AND h.to_status = 'fixed')
    FROM history h
    WHERE h.at >= :begin AND h.at < :end AND h.actor_id IS NOT NULL
      AND (CAST(:user_id AS bigint) IS NULL OR h.actor_id = :user_id)
    GROUP BY h.actor_id
    ORDER BY tickets DESC, h.actor_id
""")
