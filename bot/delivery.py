"""Saying what is written down: by reply while the token lives, else by push, never both.

A reply token works once, so a reply whose fate is unsure is tried again with the same token; LINE
refusing the token then means that the first try arrived. A push carries the retry key and the body
of its first try; before that it takes along what else waits for the same person. A push that would
be refused or swallowed is held for the next answer. Messages to one person leave in their order.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.line import messages, reach
from bot.line.messages import Fate, Outcome
from bot.render import flex
from bot.render.table import draw
from reports.outbox import kinds, residents
from reports.outbox.models import Message
from reports.outbox.say import Say, kind_of
from reports.privacy.erase import forget_said
from store.database import transaction

LEASE: Final = timedelta(seconds=20)
AT_ONCE: Final = 16
MOST_DRAWINGS: Final = 5
RETRY_KEY_LIVES: Final = timedelta(hours=23)
SENT: Final = Counter(
    "michi_messages", "Attempts to say something, by way and fate", ["via", "fate"]
)

log = structlog.get_logger()


class Due(NamedTuple):
    """A claimed message: ours for LEASE."""

    id: int
    recipient: str
    event_id: int | None
    say: list[Any]
    contents: list[Any] | None
    reply_token: str | None
    reply_attempts: int
    push_attempts: int
    pushed_before: datetime | None
    retry_key: UUID
    via: Literal["reply", "push"]

    @property
    def is_fresh_push(self) -> bool:
        """LINE has not seen any of it yet."""
        return self.via == "push" and self.contents is None

    @property
    def surely_not_pushed(self) -> bool:
        """No earlier push of it can have arrived; the first that may have left `pushed_before`."""
        return self.via == "push" and self.pushed_before is None


def send_due(*, replies_only: bool = False) -> int:
    """Claim and send what is due, many at a time. Returns how many were tried.

    What may have been said by a reply whose token is gone, or by a push whose retry key is, becomes
    "unknown" and is not said again.
    """
    tried = 0
    while claimed := _claim(replies_only):
        list(_hands().map(_send, claimed))
        tried += len(claimed)
    return tried


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "send")


def _claim(replies_only: bool) -> list[Due]:
    with transaction() as db:
        rows = db.execute(
            text(_CLAIM),
            {
                "lease": LEASE,
                "most": AT_ONCE,
                "replies_only": replies_only,
                "key_lives": RETRY_KEY_LIVES,
            },
        )
        return [Due(*row[1:]) for row in rows if row.state == "waiting"]


def _send(due: Due) -> None:
    try:
        if due.surely_not_pushed and (why := reach.no_push_to(due.recipient)):
            SENT.labels("push", "held").inc()
            return _note(due, state="held", error=why)
        reach.learn_language(due.recipient)
        contents = due.contents or _draw(due)
        if not contents:
            return _note(due, state="refused", error="nothing to say")
        outcome = _say(due, contents)
    except SQLAlchemyError:
        log.exception("message_waits", message=due.id)
        return None
    except Exception:
        log.exception("message_failed", message=due.id)
        hopeless = due.reply_attempts + due.push_attempts >= MOST_DRAWINGS
        return _note(due, error="could not be drawn", **({"state": "refused"} if hopeless else {}))
    SENT.labels(due.via, outcome.fate).inc()
    log.info("said", message=due.id, via=due.via, fate=outcome.fate, request=outcome.request_id)
    _note(due, **_after(due, outcome, contents), line_request_id=outcome.request_id)
    if outcome.fate is Fate.QUOTA_GONE:
        reach.look_at_quota()


def _draw(due: Due) -> list[flex.Json]:
    with transaction() as db:
        say: Sequence[Say] = [*map(kinds.from_json, due.say)]
        if due.is_fresh_push and due.event_id is None:
            say = residents.gather(db, due.id, due.recipient, say)
        if due.is_fresh_push:
            say = residents.without_muted(db, due.recipient, say)
        contents = _draw_what_can_be(db, due, say)
        if due.via == "push":
            db.execute(update(Message).where(Message.id == due.id).values(contents=contents))
        return contents


def _draw_what_can_be(db: Session, due: Due, say: Sequence[Say]) -> list[flex.Json]:
    """One broken thing among what was gathered does not silence the others."""
    try:
        return draw(db, due.recipient, say)
    except SQLAlchemyError:
        raise
    except Exception:
        sound = [thing for thing in say if _can_be_drawn(db, due, thing)]
        if not sound:
            raise
        return draw(db, due.recipient, sound)


def _can_be_drawn(db: Session, due: Due, thing: Say) -> bool:
    try:
        draw(db, due.recipient, [thing])
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("not_drawn", message=due.id, kind=kind_of(thing).name)
        return False
    return True


def _say(due: Due, contents: list[flex.Json]) -> Outcome:
    if due.via == "reply" and due.reply_token:
        return messages.reply(due.reply_token, contents)
    return messages.push(due.recipient, contents, due.retry_key)


def _after(due: Due, outcome: Outcome, contents: list[flex.Json]) -> dict[str, Any]:
    """What the row says after this attempt."""
    now = datetime.now(UTC)
    done = {"state": "sent", "via": due.via, "sent_at": now, "error": None}
    match outcome.fate:
        case Fate.SENT | Fate.SENT_BEFORE:
            return done
        case Fate.TOKEN_GONE if due.reply_attempts > 1:
            return done
        case Fate.TOKEN_GONE:
            return {"reply_token": None, "reply_attempts": 0, "due_at": now}
        case Fate.QUOTA_GONE:
            return {"state": "held", "error": outcome.error}
        case Fate.REFUSED:
            words = flex.simpler(contents)
            again = {"contents": words, "due_at": now} if words else {"state": "refused"}
            return {**again, "error": outcome.error, **_certain(due)}
        case Fate.TOO_FAST | Fate.NOT_ALLOWED | Fate.NOT_REACHED:
            return {"due_at": now + _pause(due), "error": outcome.error, **_certain(due)}
        case Fate.UNSURE:
            old = due.pushed_before and now - due.pushed_before > RETRY_KEY_LIVES
            return {
                "state": "unknown" if old else "waiting",
                "due_at": now + _pause(due),
                "error": outcome.error,
            }


def _certain(due: Due) -> dict[str, Any]:
    """This attempt surely said nothing, so it does not count as perhaps having arrived."""
    if due.via == "reply":
        return {"reply_attempts": due.reply_attempts - 1}
    return {"pushed_first_at": due.pushed_before}


def _pause(due: Due) -> timedelta:
    if due.via == "reply":
        return timedelta(seconds=min(0.5 * 2**due.reply_attempts, 8))
    return timedelta(seconds=min(2**due.push_attempts, 3600))


def _note(due: Due, **values: Any) -> None:
    with transaction() as db:
        db.execute(update(Message).where(Message.id == due.id).values(**values))
        if any(thing["say"] == "erased" for thing in due.say):
            forget_said(db)


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
              CASE WHEN due.live THEN 'reply' ELSE 'push' END
"""
