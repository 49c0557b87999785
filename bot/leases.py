"""Messages whose time has come: claimed for a while, and what became of them written down.

Messages to one person are claimed in their order, one after the other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import text, update

from reports.outbox.kinds import Erased, said_in
from reports.outbox.models import Message
from reports.outbox.say import Say
from reports.privacy.erase import forget_said
from store.database import transaction

LEASE: Final = timedelta(seconds=30)
"""Longer than two questions about somebody and one message to them may take."""
RETRY_KEY_LIVES: Final = timedelta(hours=23)


class Due(NamedTuple):
    """A claimed message: ours for LEASE."""

    id: int
    recipient: str
    event_id: int | None
    say: Sequence[Say]
    contents: list[Any] | None
    reply_token: str | None
    reply_attempts: int
    push_attempts: int
    pushed_before: datetime | None
    retry_key: UUID
    via: Literal["reply", "push"]
    created_at: datetime

    @property
    def is_fresh_push(self) -> bool:
        """LINE has not seen any of it yet."""
        return self.via == "push" and self.contents is None

    @property
    def surely_not_pushed(self) -> bool:
        """No earlier push of it can have arrived; the first that may have left `pushed_before`."""
        return self.via == "push" and self.pushed_before is None


def claim(most: int, *, replies_only: bool) -> list[Due]:
    """At most so many, ours for LEASE; `replies_only`: those whose reply token lives.

    What may have been said by a reply whose token is gone, or by a push whose retry key is, becomes
    "unknown" and is not said again.
    """
    with transaction() as db:
        rows = db.execute(
            text(_CLAIM),
            {
                "lease": LEASE,
                "most": most,
                "replies_only": replies_only,
                "key_lives": RETRY_KEY_LIVES,
            },
        )
        return [_due(*row[1:]) for row in rows if row.state == "waiting"]


def note(due: Due, **values: Any) -> None:
    """These columns of its row are so now; once "erased" was said its words are forgotten."""
    with transaction() as db:
        db.execute(update(Message).where(Message.id == due.id).values(**values))
        if any(isinstance(thing, Erased) for thing in due.say):
            forget_said(db)


def _due(id: int, recipient: str, event_id: int | None, column: Any, *more: Any) -> Due:
    return Due(id, recipient, event_id, said_in(column), *more)


_CLAIM: Final = """
    WITH due AS (
        SELECT m.id, m.reply_token IS NOT NULL AND m.reply_until > now() AS live,
               m.pushed_first_at AS pushed_before
        FROM messages m
        WHERE m.state = 'waiting' AND m.due_at <= now()
          AND (NOT :replies_only OR (m.reply_token IS NOT NULL AND m.reply_until > now()))
          AND NOT EXISTS (
              SELECT 1 FROM messages e
              WHERE e.recipient = m.recipient AND e.state = 'waiting' AND e.id < m.id
                AND (m.reply_token IS NULL OR e.reply_until > now()))
        ORDER BY m.due_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE messages m
    SET due_at = now() + :lease,
        state = CASE WHEN NOT due.live AND (m.reply_attempts > 0
                               OR due.pushed_before < now() - CAST(:key_lives AS interval))
                     THEN 'unknown' ELSE 'waiting' END,
        reply_attempts = m.reply_attempts + due.live::int,
        push_attempts = m.push_attempts + (NOT due.live)::int,
        pushed_first_at = CASE WHEN due.live THEN m.pushed_first_at
                               ELSE coalesce(m.pushed_first_at, now()) END
    FROM due WHERE m.id = due.id
    RETURNING m.state, m.id, m.recipient, m.event_id, m.say, m.contents, m.reply_token,
              m.reply_attempts, m.push_attempts, due.pushed_before, m.retry_key,
              CASE WHEN due.live THEN 'reply' ELSE 'push' END, m.created_at
"""
