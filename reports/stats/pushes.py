"""What was said by push, as facts: one for each message, with what it costs by the setting.

A trigger notes each with the commit that says it was sent (migration 0067), so none is passed over,
however late that commit is seen. A push is of no ticket, and has no dimension."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from reports.city.clock import local
from reports.stats.models import FactState
from reports.stats.months import open_from
from settings import settings
from store import sql

MOST_AT_ONCE: Final = 5_000


def follow_pushes(db: Session, state: FactState) -> set[date]:
    """Those that are noted; the days on which there are more. Who was counted by a process of the
    version before is not counted again."""
    found = sql.run(db, _NOTED, most=MOST_AT_ONCE)
    if not found:
        return set()
    latest = max(at for _, at in found)
    state.pushed_at = max(state.pushed_at or latest, latest)
    begin = open_from(db)
    days = [local(at).date() for _, at in found]
    days = [max(day, begin) if begin else day for day in days]
    keys = [f"pushed:{id}" for id, _ in found]
    sql.run(db, _KEEP, days=days, keys=keys, yen=settings().push_yen)
    return set(days)


_NOTED: Final = """
    DELETE FROM fact_pushed WHERE id IN (SELECT id FROM fact_pushed ORDER BY id LIMIT %(most)s)
    RETURNING message_id, sent_at
"""
_KEEP: Final = """
    INSERT INTO facts (kind, day, key, amount)
    SELECT DISTINCT ON (said.key) 'pushed', said.day, said.key, %(yen)s
    FROM unnest(%(days)s::date[], %(keys)s::text[]) AS said (day, key)
    WHERE NOT EXISTS (SELECT FROM facts f WHERE f.kind = 'pushed' AND f.key = said.key)
    ORDER BY said.key, said.day
"""
