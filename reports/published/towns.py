"""The towns in which there are public tickets, and which of them somebody means."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from geo.towns import plain
from store import sql


def towns(db: Session) -> Sequence[str]:
    """By name, each once."""
    return [name for (name,) in sql.run(db, _TOWNS)]


def meant(db: Session, words: str) -> Sequence[str]:
    """Those in whose name these words stand, whichever way their numbers are written."""
    wanted = plain(words).strip()
    return [name for name in towns(db) if wanted and wanted in plain(name)]


# from one to the next by the index, however many tickets there are in each
_TOWNS: Final = """
    WITH RECURSIVE each_one(name) AS (
        SELECT min(town) FROM published_tickets
        UNION ALL
        SELECT (SELECT min(town) FROM published_tickets p WHERE p.town > e.name) FROM each_one e
        WHERE e.name IS NOT NULL)
    SELECT name FROM each_one WHERE name IS NOT NULL
"""
