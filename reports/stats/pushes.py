"""What was said by push, as facts: one for each message, with what it costs by the setting."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.city.clock import local
from reports.stats.models import FactState
from reports.stats.months import open_from
from settings import settings
from store import sql

SETTLES: Final = timedelta(minutes=2)
"""By then the commit in which a push was said is seen."""
MOST_AT_ONCE: Final = 5_000


def follow_pushes(db: Session, state: FactState, now: datetime) -> set[date]:
    """Those said since the last time; the days on which there are more."""
    since = state.pushed_at or datetime(2000, 1, 1, tzinfo=UTC)
    found = sql.run(db, _SAID, since=since, until=now - SETTLES, most=MOST_AT_ONCE)
    if not found:
        return set()
    until = found[-1][1]
    if len(found) == MOST_AT_ONCE and found[0][1] < until:  # others of that moment come next time
        found[:] = [each for each in found if each[1] < until]
        until = found[-1][1]
    state.pushed_at = until
    begin = open_from(db)
    days = [local(at).date() for _, at in found]
    days = [max(day, begin) if begin else day for day in days]
    keys = [f"pushed:{id}" for id, _ in found]
    sql.run(db, _KEEP, days=days, keys=keys, yen=settings().push_yen)
    return set(days)


_SAID: Final = """
    SELECT id, sent_at FROM messages
    WHERE via = 'push' AND state = 'sent' AND sent_at > %(since)s AND sent_at <= %(until)s
    ORDER BY sent_at LIMIT %(most)s
"""
_KEEP: Final = """
    INSERT INTO facts (kind, day, key, amount)
    SELECT 'pushed', day, key, %(yen)s
    FROM unnest(%(days)s::date[], %(keys)s::text[]) AS said (day, key)
"""
