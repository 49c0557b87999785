"""Words to say, written down in the commit of what they tell of; `bot` says them afterwards.

A push waits a little, so that what falls together for one person leaves together: with the next
answer, which costs nothing, or as one push (reports/outbox/riders.py).
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from reports.outbox import kinds
from reports.outbox.kinds import Moved
from reports.outbox.models import Message
from reports.outbox.said import UNTOUCHED
from reports.outbox.say import Say, to_json
from reports.people.models import Resident
from reports.tickets.models import Follower
from settings import settings
from store import sql
from store.database import wake
from store.tasks import later

_ANSWER: Final = """
    WITH person AS (
        UPDATE residents SET draft = coalesce(%(draft)s::jsonb, draft),
                             spent = coalesce(%(spent)s::jsonb, spent)
        WHERE line_user_id = %(recipient)s AND coalesce(%(draft)s, %(spent)s) IS NOT NULL
    )
    INSERT INTO messages (recipient, event_id, say, due_at, waits_for, reply_token, reply_until)
    VALUES (%(recipient)s, %(event_id)s, %(say)s::jsonb, now() + %(wait)s, %(waits_for)s,
            %(reply_token)s, %(reply_until)s)
    RETURNING pg_notify('messages', '')
"""
"""One round trip, for it runs with every event."""

_STILL_TO_BE_SAID: Final = """
    SELECT m.id FROM messages m JOIN residents r ON r.line_user_id = m.recipient
    WHERE r.id = %(resident)s AND m.waits_for = %(waits_for)s AND m.state = 'waiting'
      AND m.reply_attempts = 0 AND m.push_attempts = 0 AND m.contents IS NULL
    FOR UPDATE OF m SKIP LOCKED
"""
_SAY_TOO: Final = """
    UPDATE messages SET say = (say - -1) || %(say)s::jsonb || jsonb_build_array(say -> -1)
    WHERE id = %(id)s AND jsonb_typeof(say) = 'array' AND NOT say @> %(say)s::jsonb
"""
_HOLD: Final = """
    INSERT INTO messages (recipient, say, state)
    SELECT %(recipient)s::text, %(say)s::jsonb, 'held' WHERE NOT EXISTS (
        SELECT FROM messages WHERE recipient = %(recipient)s::text AND say @> %(say)s::jsonb
          AND state IN ('waiting', 'held'))
"""
_LET_GO: Final = f"""
    UPDATE messages SET due_at = now(), waits_for = NULL
    WHERE waits_for = %(waits_for)s AND {UNTOUCHED}
"""
_ALL_WAITING: Final = f"""
    SELECT id, {UNTOUCHED} AND (claim IS NULL OR due_at <= now()) FROM messages
    WHERE waits_for = %(waits_for)s AND state = 'waiting' ORDER BY id FOR UPDATE
"""
_SAY_INSTEAD: Final = f"""
    UPDATE messages SET say = %(say)s::jsonb, due_at = now(), waits_for = NULL
    WHERE waits_for = %(waits_for)s AND {UNTOUCHED} AND (claim IS NULL OR due_at <= now())
"""
_LINE_IS_BACK: Final = """
    UPDATE messages SET due_at = now(), waits_for = NULL WHERE id IN (
        SELECT id FROM messages WHERE waits_for = %(line)s AND state = 'waiting' AND claim IS NULL
        ORDER BY id FOR UPDATE SKIP LOCKED)
"""
_ANSWERED_LAST: Final = """
    SELECT say -> -1 FROM messages
    WHERE recipient = %(recipient)s AND event_id IS NOT NULL AND say <> '[]'
      AND created_at > now() - %(within)s::interval
    ORDER BY id DESC LIMIT 1
"""
_SAID_LAST: Final = """
    SELECT say, state FROM messages
    WHERE recipient = %(recipient)s AND say <> '[]' AND state IN ('waiting', 'sent')
    ORDER BY id DESC LIMIT 1
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
    draft: str | None = None,
    spent: str | None = None,
) -> None:
    """The one answer to one event; `waits_for` (such as "ticket:7") may let it go before `wait`.

    With it goes what their `draft` and the hour of `spent` are from now on, as JSON; None for as
    they were.
    """
    sql.run(
        db,
        _ANSWER,
        recipient=recipient,
        event_id=event_id,
        say=_kept(say),
        reply_token=reply_token,
        reply_until=reply_until,
        wait=wait,
        waits_for=waits_for,
        draft=draft,
        spent=spent,
    )


def push(
    db: Session,
    recipients: Sequence[str],
    say: Sequence[Say],
    *,
    wait: timedelta = timedelta(0),
    soon: bool = False,
    waits_for: str | None = None,
) -> None:
    """Say it unasked, to each of these LINE user ids; it costs the city at most a push each.

    It waits for PUSH_GATHER_SECONDS, or `wait` if that is longer, unless it finds company before;
    where it is to be known `soon`, for `wait` alone. `waits_for`: as of `Message`.
    """
    if recipients:
        gather = 0 if soon else settings().push_gather_seconds
        wait = max(wait, timedelta(seconds=gather))
        rows = [{"recipient": who, "say": [*map(to_json, say)]} for who in recipients]
        values = {"due_at": func.now() + wait, "waits_for": waits_for}
        db.execute(insert(Message).values(values), rows)
        later(db, "send_messages", after=wait)


def hold(db: Session, recipient: str, say: Say) -> None:
    """Say it with their next answer, unless that is to be said already; it is worth no push."""
    sql.run(db, _HOLD, recipient=recipient, say=_kept([say]))


def let_go(db: Session, waits_for: str) -> bool:
    """What messages waited for is known now: they leave at the commit. Whether any did wait."""
    waited = bool(sql.run(db, _LET_GO, waits_for=waits_for).rowcount)
    if waited:
        wake(db, "messages")
    return waited


def unsay(db: Session, waits_for: str) -> bool:
    """What waits for it is never said; False, and nothing is changed, where some of it may have
    been."""
    waiting = sql.run(db, _ALL_WAITING, waits_for=waits_for).fetchall()
    if not all(is_untouched for _, is_untouched in waiting):
        return False
    db.execute(delete(Message).where(Message.id.in_([id for id, _ in waiting])))
    return True


def say_instead(db: Session, waits_for: str, say: Sequence[Say]) -> bool:
    """In place of what waits for it, at once; whether anything did wait."""
    said = bool(sql.run(db, _SAY_INSTEAD, waits_for=waits_for, say=_kept(say)).rowcount)
    if said:
        wake(db, "messages")
    return said


def line_is_back(db: Session, way: str) -> None:
    """LINE has taken something by this way, "reply" or "push": what waited for that leaves now."""
    if sql.run(db, _LINE_IS_BACK, line=f"line:{way}").rowcount:
        wake(db, "messages")
        later(db, "send_messages")


def waiting_for(db: Session, resident_id: int, waits_for: str) -> int | None:
    """The answer to this resident that waits for it and that no sender has laid a hand on.

    None will until the commit.
    """
    found = sql.run(db, _STILL_TO_BE_SAID, resident=resident_id, waits_for=waits_for).fetchone()
    return found[0] if found else None


def say_too(db: Session, message_id: int, say: Say) -> None:
    """This also, once, in an answer that still waits; before its last thing, which asks."""
    sql.run(db, _SAY_TOO, id=message_id, say=_kept([say]))


def answered_last(db: Session, recipient: str, *, within: timedelta) -> Say | None:
    """What the last answer to this person ends with: there its buttons are."""
    row = sql.run(db, _ANSWERED_LAST, recipient=recipient, within=within).fetchone()
    return kinds.from_json(row[0]) if row else None


def said_last(db: Session, recipient: str) -> Sequence[Say]:
    """What this person was told last; nothing where the last is still to be said."""
    row = sql.run(db, _SAID_LAST, recipient=recipient).fetchone()
    return kinds.said_in(row[0]) if row and row[1] == "sent" else ()


def is_waited_for(db: Session, waits_for: str) -> bool:
    """Whether something still to be said waits for this, and so will tell of it by itself."""
    waiting = exists().where(Message.waits_for == waits_for, Message.state == "waiting")
    return bool(db.scalar(select(waiting)))


def without_muted(db: Session, line_user_id: str, say: Sequence[Say]) -> list[Say]:
    """Of what is about to be pushed: no moves of tickets that this person stopped hearing of."""
    wanted = (
        select(Follower.ticket_id)
        .join(Resident, Resident.id == Follower.resident_id)
        .where(Resident.line_user_id == line_user_id, Follower.muted.is_(False))
    )
    moves = [one.ticket_id for one in say if isinstance(one, Moved)]
    heard = set(db.scalars(wanted.where(Follower.ticket_id.in_(moves)))) if moves else set()
    return [one for one in say if not isinstance(one, Moved) or one.ticket_id in heard]


def _kept(say: Sequence[Say]) -> str:
    return json.dumps([*map(to_json, say)])
