"""Words to say, written down in the commit of what they tell of; `bot` says them afterwards.

A push waits a little, so that what falls together for one person leaves together: with the next
answer, which costs nothing, or as one push.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, func, insert, select, text
from sqlalchemy.orm import Session

from reports.outbox import kinds
from reports.outbox.batching import Waiting, into_answer, into_push
from reports.outbox.kinds import Moved
from reports.outbox.models import Message
from reports.outbox.say import Say, Unknown, kind_of, to_json
from reports.people.models import Resident
from reports.tickets.models import Follower
from settings import settings
from store import sql
from store.database import wake
from store.tasks import later

_UNTRIED: Final = """
    state = 'waiting' AND event_id IS NULL AND push_attempts = 0
    AND reply_token IS NULL AND contents IS NULL
"""
"""A push on which no sender has laid a hand: until then its words may change."""

_ANSWER: Final = f"""
    WITH draft AS (
        UPDATE residents SET draft = %(draft)s::jsonb
        WHERE line_user_id = %(recipient)s AND %(draft)s::jsonb IS NOT NULL
    ), said AS (
        INSERT INTO messages
            (recipient, event_id, say, due_at, waits_for, reply_token, reply_until)
        VALUES (%(recipient)s, %(event_id)s, %(say)s::jsonb, now() + %(wait)s, %(waits_for)s,
                %(reply_token)s, %(reply_until)s)
        RETURNING pg_notify('messages', '')
    )
    SELECT id, say, state = 'held' FROM messages
    WHERE %(gathers)s AND %(reply_until)s > now()
      AND recipient = %(recipient)s AND (state = 'held' OR ({_UNTRIED}))
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
"""One round trip, for it runs with every event. What another process is just sending or writing is
left to it."""

_ALSO_WAITING: Final = f"""
    SELECT id, say FROM messages WHERE recipient = %(recipient)s AND id <> %(besides)s
      AND ({_UNTRIED})
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
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
_LEAVE: Final = """
    UPDATE messages m SET say = l.say,
        state = CASE WHEN l.say = '[]' THEN 'gathered' ELSE state END
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS l(id bigint, say jsonb) WHERE m.id = l.id
"""
_ANSWERED_LAST: Final = """
    SELECT say -> -1 FROM messages
    WHERE recipient = %(recipient)s AND event_id IS NOT NULL AND say <> '[]'
      AND created_at > now() - %(within)s::interval
    ORDER BY id DESC LIMIT 1
"""
_MOST_ROWS: Final = 50


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
    draft: Mapping[str, Any] | None = None,
) -> None:
    """The one answer to one event; `waits_for` (such as "ticket:7") may let it go before `wait`.

    A reply is free: it also says what waits for this person, and what could not be pushed. With it
    goes what their `draft` is from now on, None for as it was.
    """
    alone = any(kind_of(thing).alone for thing in say)
    waiting = sql.run(
        db,
        _ANSWER,
        recipient=recipient,
        event_id=event_id,
        say=_kept(say),
        reply_token=reply_token,
        reply_until=reply_until,
        wait=wait,
        waits_for=waits_for,
        draft=None if draft is None else json.dumps(draft),
        gathers=bool(reply_token) and recipient.startswith("U") and not alone,
        most=_MOST_ROWS,
    ).fetchall()
    if waiting:
        gathered = into_answer(say, [_waiting(*row) for row in waiting])
        _leave(db, gathered.left)
        own = "UPDATE messages SET say = %(say)s::jsonb WHERE event_id = %(event_id)s"
        sql.run(db, own, say=_kept(gathered.say), event_id=event_id)


def push(
    db: Session,
    recipients: Sequence[str],
    say: Sequence[Say],
    *,
    wait: timedelta = timedelta(0),
) -> None:
    """Say it unasked, to each of these LINE user ids; it costs the city at most a push each.

    It waits for PUSH_GATHER_SECONDS, or `wait` if that is longer, unless it finds company before.
    """
    if recipients:
        wait = max(wait, timedelta(seconds=settings().push_gather_seconds))
        rows = [{"recipient": who, "say": [*map(to_json, say)]} for who in recipients]
        db.execute(insert(Message).values(due_at=func.now() + wait), rows)
        later(db, "send_messages", after=wait)


def hold(db: Session, recipient: str, say: Say) -> None:
    """Say it with their next answer, unless that is to be said already; it is worth no push."""
    sql.run(db, _HOLD, recipient=recipient, say=_kept([say]))


def hold_unknown(db: Session, message_id: int, recipient: str, say: Sequence[Say]) -> None:
    """Of what this message says now, the words of another version wait for an answer of its own."""
    unknown = [thing for thing in say if isinstance(thing, Unknown)]
    if unknown:
        _leave(db, {message_id: [thing for thing in say if thing not in unknown]})
    for thing in unknown:
        hold(db, recipient, thing)


def gather(db: Session, message_id: int, recipient: str, say: Sequence[Say]) -> Sequence[Say]:
    """What this push says in the end: its own, and all other pushes that wait for this person.

    For whoever is about to send it and holds its lease.
    """
    found = sql.run(
        db, _ALSO_WAITING, recipient=recipient, besides=message_id, most=_MOST_ROWS
    ).fetchall()
    if not found:
        return say
    gathered = into_push(say, [_waiting(*row) for row in found])
    _leave(db, {**gathered.left, message_id: gathered.say})
    return gathered.say


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


def is_waited_for(db: Session, waits_for: str) -> bool:
    """Whether something still to be said waits for this, and so will tell of it by itself."""
    waiting = exists().where(Message.waits_for == waits_for, Message.state == "waiting")
    return bool(db.scalar(select(waiting)))


def _leave(db: Session, left: Mapping[int, Sequence[Say]]) -> None:
    """Each row keeps what is still to be said by it; with nothing left it is gathered."""
    rows = [{"id": id, "say": [*map(to_json, say)]} for id, say in left.items()]
    sql.run(db, _LEAVE, rows=json.dumps(rows))


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


def _waiting(id: int, column: Any, held: bool = False) -> Waiting:
    return Waiting(id, kinds.said_in(column), held)
