"""What the lines of other tickets say of those that are thrown away: their numbers, and no more."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from reports.tickets.event_json import key_of
from reports.tickets.events import Answered, Merged, Moved, Parted
from store import sql

GONE: Final = "(廃棄済み)"
"""Stands where a number stood."""


def named_by(db: Session, ticket_ids: Collection[int]) -> list[int]:
    """Other tickets that the lines of these name: they were put together once, and parted again, so
    that their lines may name these."""
    return [id for (id,) in sql.run(db, _NAMED, tickets=list(ticket_ids))]


def forget_numbers(db: Session, of: Collection[int], numbers: Collection[str]) -> None:
    """In the lines of these tickets the numbers are not read any more."""
    sql.run(db, _FORGET, of=list(of), numbers=list(numbers), gone=GONE)


def forget_ids(db: Session, of: Collection[int], ticket_ids: Collection[int]) -> None:
    """Nor which of those that go a question was about; and nobody's report is other than one of
    them any more."""
    sql.run(db, _FORGET_ASKED, of=list(of), tickets=[str(id) for id in ticket_ids])
    sql.run(db, _NO_OTHER, tickets=list(ticket_ids))


_INTO: Final = key_of(Moved, "into")
_NUMBER: Final = key_of(Merged, "number")
assert key_of(Parted, "number") == _NUMBER
_QUESTION: Final = key_of(Answered, "question")
_PAIRED: Final = f"('{Merged.what}', '{Parted.what}')"
_NAMED: Final = f"""
    SELECT DISTINCT t.id FROM history h JOIN tickets t ON t.number = coalesce(
        h.details ->> '{_INTO}', CASE WHEN h.what IN {_PAIRED} THEN h.details ->> '{_NUMBER}' END)
    WHERE h.ticket_id = ANY(%(tickets)s::bigint[]) AND t.id <> ALL(%(tickets)s::bigint[])
"""
_FORGET: Final = f"""
    UPDATE history SET details = details
        || CASE WHEN details ->> '{_INTO}' = ANY(%(numbers)s::text[])
                THEN jsonb_build_object('{_INTO}', %(gone)s::text) ELSE '{{}}' END
        || CASE WHEN what IN {_PAIRED} AND details ->> '{_NUMBER}' = ANY(%(numbers)s::text[])
                THEN jsonb_build_object('{_NUMBER}', %(gone)s::text) ELSE '{{}}' END
    WHERE ticket_id = ANY(%(of)s::bigint[])
      AND (details ->> '{_INTO}' = ANY(%(numbers)s::text[])
           OR what IN {_PAIRED} AND details ->> '{_NUMBER}' = ANY(%(numbers)s::text[]))
"""
_FORGET_ASKED: Final = f"""
    UPDATE history SET details = details - '{_QUESTION}'
    WHERE ticket_id = ANY(%(of)s::bigint[])
      AND details -> '{_QUESTION}' ->> 'ticket_id' = ANY(%(tickets)s::text[])
"""
_NO_OTHER: Final = """
    UPDATE reports SET differs_from = ARRAY(
        SELECT one FROM unnest(differs_from) AS one WHERE one <> ALL(%(tickets)s::bigint[]))
    WHERE differs_from && %(tickets)s::bigint[]
"""
