"""Which tickets somebody means who typed this into the one field: all its words are in them."""

import unicodedata
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets import texts
from reports.tickets.texts import folded
from store import sql

MOST: Final = 2_000
"""The newest of more."""
MOST_NOTED: Final = 1_000


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
    ((kept, noted),) = sql.run(
        db,
        _FOUND,
        grams=sorted({gram for word in words for gram in _grams(word)}),
        likes=[f"%{_literal(word)}%" for word in words],
        most=MOST,
        noted=MOST_NOTED + 1,
    )
    written = sql.run(db, texts.WRITTEN, ids=noted) if noted else ()
    new = [id for id, text in written if _has_all(folded(text), words)]
    return Found([*sorted(new, reverse=True), *kept], len(noted) <= MOST_NOTED)


def _grams(word: str) -> list[str]:
    """What the index must have of it: its pairs of letters, or its only letter."""
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))]


def _has_all(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_FOUND: Final = """
    WITH kept AS MATERIALIZED (
        SELECT ticket_id FROM ticket_texts
        WHERE michi_grams(words) @> %(grams)s::text[] AND words LIKE ALL(%(likes)s::text[])
    )
    SELECT ARRAY(SELECT ticket_id FROM kept
                 WHERE NOT EXISTS (SELECT FROM ticket_text_changes c
                                   WHERE c.ticket_id = kept.ticket_id)
                 ORDER BY ticket_id DESC LIMIT %(most)s),
           ARRAY(SELECT DISTINCT ticket_id FROM ticket_text_changes
                 ORDER BY ticket_id DESC LIMIT %(noted)s)
"""
