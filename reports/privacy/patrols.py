"""What is forgotten of patrols: where somebody was, and who it was; kind, day, kilometres and finds
stay."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.privacy.steps import MOST_AT_ONCE
from store import sql

WAYS: Final = """
    FROM patrols
    WHERE way_gone_at IS NULL AND began_at < %(before)s AND ended_at IS NOT NULL
"""
NAMES: Final = """
    FROM patrols WHERE by_name <> '' AND began_at < %(before)s AND ended_at IS NOT NULL
"""


def forget_ways(db: Session, before: datetime) -> int:
    """The points of ways that were gone before that. How many patrols it came to: to be called
    again until it is 0."""
    return sql.run(db, _FORGET_WAYS, before=before, most=MOST_AT_ONCE).rowcount


def forget_names(db: Session, before: datetime) -> int:
    """Who went before that; as `forget_ways`."""
    return sql.run(db, _FORGET_NAMES, before=before, most=MOST_AT_ONCE).rowcount


_FORGET_WAYS: Final = f"""
    WITH old AS (
        SELECT id {WAYS} ORDER BY began_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM patrol_points USING old WHERE patrol_id = old.id
    )
    UPDATE patrols SET way_gone_at = now() FROM old WHERE patrols.id = old.id
"""
_FORGET_NAMES: Final = f"""
    UPDATE patrols SET by_name = '', members = '', car = '', by_id = NULL WHERE id IN (
        SELECT id {NAMES} ORDER BY began_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
"""
