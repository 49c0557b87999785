"""How much is still to be said, and what could not be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.outbox.mails import UNDELIVERED
from reports.outbox.models import SAYS_LIMIT

MOST_STOPPED: Final = 100


class Stopped(NamedTuple):
    """A resident who was told so many `times` that they must wait to send more."""

    resident_id: int
    times: int
    last_at: datetime


def counts(db: Session) -> dict[str, int]:
    """Words to residents that wait or are held for their next one, and mails that never arrived."""
    return dict(db.execute(text(_COUNTS)).one()._mapping)


def oldest(db: Session) -> dict[str, float]:
    """For how many seconds the oldest of each waits: "answer" to an event, "message" that is due,
    "mail". What waits for photos or company is not meant."""
    return dict(db.execute(text(_OLDEST)).one()._mapping)


def is_anything_overdue(db: Session) -> bool:
    """Whether a word should have been said by now."""
    return bool(db.scalar(text(_OVERDUE)))


def stopped(db: Session, since: datetime) -> Sequence[Stopped]:
    """Whom a limit of the hour has stopped since then, the last first; MOST_STOPPED at most."""
    rows = db.execute(text(_STOPPED), {"since": since, "most": MOST_STOPPED})
    return [Stopped(*row) for row in rows]


_COUNTS: Final = f"""
    SELECT (SELECT count(*) FROM messages WHERE state = 'waiting') AS messages,
           (SELECT count(*) FROM messages WHERE state = 'held') AS messages_held,
           (SELECT count(*) FROM mails m WHERE {UNDELIVERED}) AS mails_failed
"""
_OLDEST: Final = """
    SELECT (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM messages
            WHERE state = 'waiting' AND event_id IS NOT NULL
              AND (waits_for IS NULL OR waits_for LIKE 'line:%')) AS answer,
           (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 FROM messages
            WHERE state = 'waiting' AND due_at <= now()) AS message,
           (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM mails
            WHERE state = 'waiting') AS mail
"""
_OVERDUE: Final = """
    SELECT EXISTS (
        SELECT FROM messages WHERE state = 'waiting' AND due_at < now() - interval '2 s')
"""
_STOPPED: Final = f"""
    SELECT r.id, count(*), max(m.created_at) FROM messages m
    JOIN residents r ON r.line_user_id = m.recipient
    WHERE {SAYS_LIMIT} AND m.created_at > :since
    GROUP BY r.id ORDER BY 3 DESC, r.id LIMIT :most
"""
