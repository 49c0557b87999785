"""How much is still to be said, and what could not be."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.outbox.mails import UNDELIVERED


def counts(db: Session) -> dict[str, int]:
    """Words to residents that wait or are held for their next one, and mails that never arrived."""
    return dict(db.execute(text(_COUNTS)).one()._mapping)


def is_anything_overdue(db: Session) -> bool:
    """Whether a word should have been said by now."""
    return bool(db.scalar(text(_OVERDUE)))


_COUNTS: Final = f"""
    SELECT (SELECT count(*) FROM messages WHERE state = 'waiting') AS messages,
           (SELECT count(*) FROM messages WHERE state = 'held') AS messages_held,
           (SELECT count(*) FROM mails m WHERE {UNDELIVERED}) AS mails_failed
"""
_OVERDUE: Final = """
    SELECT EXISTS (
        SELECT FROM messages WHERE state = 'waiting' AND due_at < now() - interval '2 s')
"""
