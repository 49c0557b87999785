"""Which tickets somebody means who typed this into the one field: all its words are in them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets import texts
from reports.tickets.texts import folded
from store import sql

MOST: Final = 2_000
"""The newest of more."""
MOST_NOTED: Final = 1_000
_ROAD: Final = re.compile("([国都道府県市区町村]道)第?([0-9]{1,6})号?線?")


class Found(NamedTuple):
    """Ids; `is_whole`: all tickets have been looked at."""

    ids: list[int]
    is_whole: bool = True


def search(db: Session, typed: str) -> Found:
    """The tickets in whose number, place, road or words all of the typed words are."""
    typed = unicodedata.normalize("NFKC", typed.replace("\0", " "))
    words = [*filter(None, map(folded, typed.split()))]
    if not words:
        return Found([])
    roads = {word: road for word in words if (road := _ROAD.fullmatch(word))}
    whole = [part for word in words for part in (roads[word].groups() if word in roads else [word])]
    ((kept, noted),) = sql.run(
        db,
        _FOUND,
        grams=sorted({gram for word in whole for gram in _grams(word)}),
        likes=[f"%{_literal(word)}%" for word in whole],
        roads=[_road(road) for road in roads.values()],
        most=MOST,
        noted=MOST_NOTED + 1,
    )
    written = sql.run(db, texts.WRITTEN, ids=noted) if noted else ()
    new = [id for id, text in written if _has_all(folded(text), whole, roads.values())]
    return Found([*sorted(new, reverse=True), *kept], len(noted) <= MOST_NOTED)


def _grams(word: str) -> list[str]:
    """What the index must have of it: its pairs of letters, or its only letter."""
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))]


def _has_all(text: str, words: Iterable[str], roads: Iterable[re.Match[str]]) -> bool:
    is_there = (re.search(_road(road), text) for road in roads)
    return all(word in text for word in words) and all(is_there)


def _road(road: re.Match[str]) -> str:
    """A pattern for Python and PostgreSQL: 第12号線 as 12, and no longer number."""
    kind, number = road.groups()
    return f"{kind}第?{number}(?![0-9])"


def _literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_FOUND: Final = """
    WITH kept AS MATERIALIZED (
        SELECT ticket_id FROM ticket_texts
        WHERE michi_grams(words) @> %(grams)s::text[] AND words LIKE ALL(%(likes)s::text[])
          AND words ~ ALL(%(roads)s::text[])
    )
    SELECT ARRAY(SELECT ticket_id FROM kept
                 WHERE NOT EXISTS (SELECT FROM ticket_text_changes c
                                   WHERE c.ticket_id = kept.ticket_id)
                 ORDER BY ticket_id DESC LIMIT %(most)s),
           ARRAY(SELECT DISTINCT ticket_id FROM ticket_text_changes
                 ORDER BY ticket_id DESC LIMIT %(noted)s)
"""
