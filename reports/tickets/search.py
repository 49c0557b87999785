"""Which tickets somebody means who typed this into the one field: all its words are in them."""

import unicodedata
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.tickets.texts import TEXT, folded, grams
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
    rows = sql.run(
        db,
        _FOUND,
        grams=sorted({gram for word in words for gram in _needed(word)}),
        likes=[f"%{_literal(word)}%" for word in words],
        most=MOST,
        noted=MOST_NOTED + 1,
    )
    noted = [(id, written) for id, written in rows if written is not None]
    new = [id for id, written in noted if _has_all(folded(written), words)]
    kept = [id for id, written in rows if written is None]
    return Found([*new, *kept], len(noted) <= MOST_NOTED)


def _needed(word: str) -> list[str]:
    """Its pairs, which are rarer than its letters."""
    return [gram for gram in grams(word) if len(gram) == min(2, len(word))]


def _has_all(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_FOUND: Final = f"""
    WITH kept AS MATERIALIZED (
        SELECT ticket_id FROM ticket_texts
        WHERE grams @> %(grams)s::text[] AND words LIKE ALL(%(likes)s::text[])
    ), noted AS MATERIALIZED (
        SELECT DISTINCT ticket_id FROM ticket_text_changes ORDER BY ticket_id DESC LIMIT %(noted)s
    )
    (SELECT ticket_id, NULL FROM kept
     WHERE NOT EXISTS (SELECT FROM ticket_text_changes c WHERE c.ticket_id = kept.ticket_id)
     ORDER BY ticket_id DESC LIMIT %(most)s)
    UNION ALL
    SELECT t.id, {TEXT} FROM noted JOIN tickets t ON t.id = noted.ticket_id
"""
