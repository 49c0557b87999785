"""Residents' words that somebody has copied into an order: they go when their remarks go.

What the desk shows of them by choosing (`OrderItem.quotes`) goes with the remark by itself.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy.orm import Session

from store import sql

SHORTEST: Final = 4
"""Letters: what is shorter says nothing of anybody, and stands in many words."""
GONE: Final = "(消しました)"


def forget(db: Session, remark_ids: Collection[int]) -> None:
    """Take these remarks' words, and their lines, out of the items of their tickets; to be called
    with the tickets locked, while the remarks are still there."""
    if not remark_ids:
        return
    said = [words for (words,) in sql.run(db, _SAID, remarks=list(remark_ids))]
    parts = sorted({part for words in said for part in _parts(words)}, key=len, reverse=True)
    for id, *kept in sql.run(db, _ITEMS, remarks=list(remark_ids)):
        left = [_without(one, parts) for one in kept]
        if left != kept:
            sql.run(db, _KEEP, id=id, **dict(zip(_FIELDS, left, strict=True)))


def _parts(words: str) -> Iterable[str]:
    return (one.strip() for one in (words, *words.splitlines()) if len(one.strip()) >= SHORTEST)


def _without(kept: str, parts: Iterable[str]) -> str:
    for part in parts:
        kept = kept.replace(part, GONE)
    return kept


_FIELDS: Final = ("what", "said", "sent_back")
_SAID: Final = "SELECT words FROM remarks WHERE id = ANY(%(remarks)s::bigint[])"
_ITEMS: Final = """
    WITH RECURSIVE here(id) AS (
        SELECT r.ticket_id FROM remarks m JOIN reports r ON r.id = m.report_id
        WHERE m.id = ANY(%(remarks)s::bigint[])
        UNION SELECT t.id FROM tickets t JOIN here ON t.merged_into = here.id
    )
    SELECT i.id, i.what, i.said, i.sent_back FROM work_order_items i
    WHERE i.ticket_id IN (SELECT id FROM here) ORDER BY i.id
"""
_KEEP: Final = """
    UPDATE work_order_items SET what = %(what)s, said = %(said)s, sent_back = %(sent_back)s
    WHERE id = %(id)s
"""
