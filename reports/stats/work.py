"""Minutes of work by person: for that person and for who leads all, and for nobody else.

Read from what crews told, not kept: who leaves takes their name along, and no fact names a person.
"""

from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.city.clock import begin_of
from reports.people.permissions import Actor, NotTheirs, Role
from reports.stats.periods import Period
from store import sql

CHIEFS: Final = frozenset({Role.STAFF, Role.ADMINISTRATOR})


class Work(NamedTuple):
    """Of one person: how often they were at a place, and so many minutes of it."""

    user_id: int
    name: str
    times: int
    minutes: int


def work(db: Session, period: Period, by: Actor, user_id: int | None = None) -> list[Work]:
    """Of one person, or of all who worked in it. Raises NotTheirs where it is for others."""
    if by.role not in CHIEFS and (user_id is None or user_id != by.user_id):
        raise NotTheirs
    since, until = begin_of(period.first), begin_of(period.last + timedelta(1))
    found = sql.run(db, _WORK, since=since, until=until, user=user_id)
    return [Work(*row) for row in found]


_WORK: Final = """
    SELECT u.id, u.shown_name, count(*)::int, coalesce(sum(w.minutes), 0)::int
    FROM works w JOIN users u ON u.id = w.by_id
    WHERE w.created_at >= %(since)s AND w.created_at < %(until)s
      AND (%(user)s::bigint IS NULL OR u.id = %(user)s)
    GROUP BY u.id, u.shown_name ORDER BY u.shown_name, u.id
"""
