"""Words to say, written down in the commit of what they tell of; `bot` says them afterwards."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, func, insert, select, text
from sqlalchemy.orm import Session

from reports.models import Message
from store.database import wake
from store.direct import quickly
from store.tasks import later

Say = dict[str, Any]
"""One thing to say, free of language: `{"say": kind, …facts}`; see bot/drawing.py for the kinds."""

_ANSWER: Final = """
    WITH said AS (
        INSERT INTO messages
            (recipient, event_id, say, due_at, waits_for, reply_token, reply_until)
        VALUES (%(recipient)s, %(event_id)s, %(say)s::jsonb, now() + %(wait)s, %(waits_for)s,
                %(reply_token)s, %(reply_until)s)
    )
    SELECT pg_notify('messages', '')
"""


def answer(
    db: Session,
    *,
    recipient: str,
    event_id: int,
    say: Sequence[Say],
    reply_token: str | None,
    reply_until: datetime | None,
    wait: timedelta = timedelta(0),
    waits_for: str | None = None,
) -> None:
    """The one answer to one event; `waits_for` (such as "ticket:7") may let it go before `wait`."""
    quickly(
        db,
        _ANSWER,
        recipient=recipient,
        event_id=event_id,
        say=json.dumps(list(say)),
        reply_token=reply_token,
        reply_until=reply_until,
        wait=wait,
        waits_for=waits_for,
    )


def push(
    db: Session,
    recipients: Sequence[str],
    say: Sequence[Say],
    *,
    wait: timedelta = timedelta(0),
) -> None:
    """Say it unasked, to each of these LINE user ids; it costs the city a push each."""
    if recipients:
        rows = [{"recipient": who, "say": list(say)} for who in recipients]
        db.execute(insert(Message).values(due_at=func.now() + wait), rows)
        later(db, "send_messages", after=wait)


def let_go(db: Session, waits_for: str) -> bool:
    """What messages waited for is known now: they leave at the commit. Whether any did wait."""
    released = db.execute(
        text(
            "UPDATE messages SET due_at = now(), waits_for = NULL"
            " WHERE waits_for = :waits_for AND state = 'waiting'"
        ),
        {"waits_for": waits_for},
    )
    waited = bool(getattr(released, "rowcount", 0))
    if waited:
        wake(db, "messages")
    return waited


def is_waited_for(db: Session, waits_for: str) -> bool:
    """Whether something still to be said waits for this, and so will tell of it by itself."""
    waiting = exists().where(Message.waits_for == waits_for, Message.state == "waiting")
    return bool(db.scalar(select(waiting)))
