"""What is forgotten of patrols: where somebody was after a year, who it was after five."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from store import sql

MOST_AT_ONCE: Final = 500


def forget_patrols(db: Session, now: datetime) -> int:
    """The points of ways that were gone a year ago, the names of who went five years ago; kind,
    day, kilometres and finds stay.

    Returns how many patrols it came to: to be called again until it is 0.
    """
    ways = sql.run(db, _FORGET_WAYS, now=now, most=MOST_AT_ONCE).rowcount
    return ways + sql.run(db, _FORGET_NAMES, now=now, most=MOST_AT_ONCE).rowcount


_FORGET_WAYS: Final = """
    WITH old AS (
        SELECT id FROM patrols
        WHERE way_gone_at IS NULL AND began_at < %(now)s - interval '1 year'
          AND ended_at IS NOT NULL
        ORDER BY began_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM patrol_points USING old WHERE patrol_id = old.id
    )
    UPDATE patrols SET way_gone_at = %(now)s FROM old WHERE patrols.id = old.id
"""
_FORGET_NAMES: Final = """
    UPDATE patrols SET by_name = '', members = '', car = '', by_id = NULL WHERE id IN (
        SELECT id FROM patrols
        WHERE by_name <> '' AND began_at < %(now)s - interval '5 years' AND ended_at IS NOT NULL
        ORDER BY began_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
