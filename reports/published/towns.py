"""The towns in which there are public tickets, and which of them somebody means."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from geo.sounds import sound
from geo.towns import plain
from store import sql

SHORTEST: Final = 3
"""Fewer letters sound like too many names."""


def towns(db: Session) -> Sequence[str]:
    """By name, each once."""
    return [name for (name,) in sql.run(db, _TOWNS)]


def meant(db: Session, words: str) -> Sequence[str]:
    """Those in whose name these words stand, whichever way their numbers are written; else those
    that sound so, where the map has their names in Latin letters too."""
    wanted, there = plain(words).strip(), towns(db)
    found = [name for name in there if wanted and wanted in plain(name)]
    heard = sound(words)
    if found or len(heard) < SHORTEST:
        return found
    latin: dict[str, str] = dict(sql.run(db, _LATIN, names=list(there)))
    return [name for name in there if heard in sound(latin.get(name, ""))]


# from one to the next by the index, however many tickets there are in each
_TOWNS: Final = """
    WITH RECURSIVE each_one(name) AS (
        SELECT min(town) FROM published_tickets
        UNION ALL
        SELECT (SELECT min(town) FROM published_tickets p WHERE p.town > e.name) FROM each_one e
        WHERE e.name IS NOT NULL)
    SELECT name FROM each_one WHERE name IS NOT NULL
"""
_LATIN: Final = """
    SELECT name, min(name_en) FROM areas
    WHERE kind = 'town' AND name_en <> '' AND name = ANY(%(names)s::text[]) GROUP BY name
"""
