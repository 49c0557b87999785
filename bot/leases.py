"""Messages whose time has come: claimed for a while, and what became of them written down.

One person is spoken to by one sender at a time, in the order of what they did. A claim is known by
its id: whoever was frozen until another one had the message in hand changes nothing any more. A try
is counted when its words are ready, right before LINE hears of it: what failed earlier was surely
not said.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, null, text, update
from sqlalchemy.orm import Session

from reports.outbox import residents, riders
from reports.outbox.kinds import Erased, said_in
from reports.outbox.models import LIVE, Message
from reports.outbox.say import Say, to_json
from reports.privacy.erase import forget_said
from store.database import transaction

LEASE: Final = timedelta(seconds=30)
"""Longer than two questions about somebody and one message to them may take."""
RETRY_KEY_LIVES: Final = timedelta(hours=23)
LAST_SECONDS: Final = timedelta(seconds=20)
"""Of its token's time: then an answer waits no longer for an older one of unsure fate."""
LONG_ON_ITS_WAY: Final = timedelta(seconds=10)
"""From LINE to the inbox: a reply token that came so late may be over before its minute is."""
GOOD_FOR_SURE: Final = timedelta(seconds=55)
"""LINE takes a token for a minute from when it sent it: as it came to us or, where that was late,
no earlier than what was done."""

log = structlog.get_logger()


class Lost(Exception):
    """The message is another sender's by now, says something else or waits for its turn."""


class Due(NamedTuple):
    """A claimed message as it was read last.

    `heard_ago`: since the event was stored to which it is the answer, if it is one. `trace`: in
    which it was written. `said`: its column `say`. `pushed`: its contents may have arrived by push,
    and `key_is_over`: so long ago that LINE has forgotten. `is_drawn`: its contents were drawn for
    this try.
    `newer`: how far an answer came that was written after it; "live": it may be said by reply.
    `token_lives`: for how long LINE surely takes its token; `token_lives_until` is on this
    process's clock. So is `speak_by`: later than that another sender may have it in hand before
    LINE has answered.
    """

    id: int
    claim: UUID
    recipient: str
    event_id: int | None
    said: Any
    contents: list[Any] | None
    reply_token: str | None
    reply_attempts: int
    push_attempts: int
    pushed: bool
    key_is_over: bool
    retry_key: UUID
    via: Literal["reply", "push"]
    unsure: bool
    drawings: int
    age: timedelta
    heard_ago: timedelta | None = None
    trace: str | None = None
    token_lives: timedelta = timedelta(0)
    newer: str | None = None
    is_drawn: bool = False
    token_lives_until: float = 0.0
    speak_by: float = 0.0

    @property
    def say(self) -> list[Say]:
        return said_in(self.said)

    @property
    def surely_not_pushed(self) -> bool:
        """No earlier push of it can have arrived."""
        return self.via == "push" and not self.pushed

    @property
    def token_may_be_too_old(self) -> bool:
        """LINE may refuse it for its age by now, and not for having been used."""
        return time.monotonic() > self.token_lives_until

    @property
    def perhaps_replied(self) -> bool:
        """A reply may have said it, and its token tells no more."""
        return self.via == "push" and self.reply_attempts > 0


def claim(most: int, *, replies_only: bool) -> list[Due]:
    """At most so many, ours for LEASE; `replies_only`: those whose reply token lives."""
    facts = {"lease": LEASE, "most": most, "replies_only": replies_only, "last": LAST_SECONDS}
    with transaction() as db:
        rows = db.execute(text(_CLAIM), facts | {"key_lives": RETRY_KEY_LIVES})
        return [Due(*row) for row in rows]


def read_again(db: Session, due: Due) -> Due:
    """As it is now, to be drawn. Raises Lost, also where its person is being spoken to, or is owed
    an answer with which it can go along."""
    facts = {"id": due.id, "claim": due.claim, "long": LONG_ON_ITS_WAY, "sure": GOOD_FOR_SURE}
    row = db.execute(text(_AS_IT_IS), facts | {"key_lives": RETRY_KEY_LIVES}).one_or_none()
    if row is None:
        raise Lost
    *columns, is_behind = row
    now = Due(*columns)
    now = now._replace(token_lives_until=time.monotonic() + now.token_lives.total_seconds())
    goes_along = now.newer == "live" and now.surely_not_pushed
    if is_behind or goes_along or now.via != due.via:
        raise Lost
    return now


def begin(
    db: Session,
    due: Due,
    say: Sequence[Say],
    contents: list[Any],
    *,
    unsure: bool = False,
    drawn: bool = False,
) -> Due:
    """The try is counted, and what it says is kept: with the commit it is on its way.

    `drawn`: just now; in place of what an earlier push may have said it has a retry key of its own.
    Raises Lost.
    """
    is_push = due.via == "push"
    ready = due._replace(
        said=[*map(to_json, say)],
        contents=contents,
        reply_attempts=0 if is_push else due.reply_attempts + 1,
        push_attempts=due.push_attempts + is_push,
        pushed=due.pushed and not drawn,
        retry_key=uuid4() if drawn and due.pushed else due.retry_key,
        unsure=unsure,
        is_drawn=drawn,
    )
    kept: dict[str, Any] = {
        "say": ready.said,
        "reply_attempts": ready.reply_attempts,
        "push_attempts": ready.push_attempts,
        "waits_for": None,
        "due_at": func.now() + LEASE,
    }
    if is_push:
        first = Message.pushed_first_at if ready.pushed else func.now()
        kept |= {"contents": contents, "pushed_first_at": first}
        kept |= {"retry_key": ready.retry_key, "unsure": unsure}
    _write(db, due, kept)
    return ready


def put_aside(db: Session, due: Due, **values: Any) -> None:
    """It is not said now, and these columns of its row are so from the commit on. Raises Lost."""
    _write(db, due, {"claim": None, **values})


def note(due: Due, **values: Any) -> bool:
    """What became of it; False where another sender has it by now, and nothing is written.

    What went along with an answer that was refused goes its own way. Once "erased" was said its
    words are forgotten. Once LINE has taken something, nobody waits for it any more.
    """
    ours = update(Message).where(Message.id == due.id, Message.claim == due.claim)
    still = ours.where(Message.state == "waiting").returning(Message.id)
    with transaction() as db:
        if db.scalar(still.values(claim=None, **_in_sql(values))) is None:
            log.warning("came_late", message=due.id)
            return False
        state = values.get("state")
        if state == "sent":
            residents.line_is_back(db, due.via)
        if state == "refused":
            riders.let_off(db, due.recipient, due.say, unsure=False)
        if any(isinstance(thing, Erased) for thing in due.say):
            forget_said(db)
    return True


def _write(db: Session, due: Due, values: dict[str, Any]) -> None:
    """Unless somebody else has taken it over, or changed its words since they were read."""
    found = db.execute(text(_OURS), {"id": due.id, "claim": due.claim}).one_or_none()
    if found is None or found.say != due.said:
        raise Lost
    db.execute(update(Message).where(Message.id == due.id).values(_in_sql(values)))


def _in_sql(values: Mapping[str, Any]) -> dict[str, Any]:
    """No contents are NULL, and not JSON's null."""
    return {name: null() if value is None else value for name, value in values.items()}


_COLUMNS: Final = """
    m.id, m.claim, m.recipient, m.event_id, m.say, m.contents, m.reply_token, m.reply_attempts,
    m.push_attempts, m.pushed_first_at IS NOT NULL,
    coalesce(m.pushed_first_at < now() - CAST(:key_lives AS interval), false), m.retry_key,
    CASE WHEN m.reply_token IS NOT NULL AND m.reply_until > now() THEN 'reply' ELSE 'push' END
        AS via,
    m.unsure, m.drawings, now() - m.created_at,
    now() - (SELECT received_at FROM inbox WHERE inbox.id = m.event_id), m.trace
"""
_CLAIM: Final = f"""
    WITH people AS MATERIALIZED (
        SELECT recipient AS who FROM messages
        WHERE state = 'waiting' AND due_at <= now() AND ({LIVE} OR NOT :replies_only)
        GROUP BY recipient ORDER BY min(due_at)
    ), due AS (
        SELECT next.id FROM people
        CROSS JOIN LATERAL (
            SELECT min(id) AS first, min(id) FILTER (WHERE {LIVE}) AS first_live,
                   min(id) FILTER (WHERE NOT {LIVE} AND event_id IS NOT NULL
                                   AND pushed_first_at IS NOT NULL) AS first_pushed
            FROM messages WHERE recipient = people.who AND state = 'waiting'
            HAVING NOT bool_or(claim IS NOT NULL AND due_at > now())
        ) AS theirs
        CROSS JOIN LATERAL (
            SELECT id FROM messages
            WHERE id IN (first, first_live) AND state = 'waiting' AND due_at <= now() AND CASE
                WHEN {LIVE} THEN id = first_live AND (coalesce(first_pushed, id) >= id
                    OR reply_until <= now() + CAST(:last AS interval))
                WHEN :replies_only OR id <> first THEN false
                WHEN pushed_first_at IS NOT NULL THEN true
                ELSE first_live IS NULL AND (event_id IS NULL OR NOT EXISTS (
                    SELECT FROM inbox
                    WHERE person = recipient AND done_at IS NULL AND retry_at IS NULL)) END
            LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AS next
        LIMIT :most
    )
    UPDATE messages m SET claim = gen_random_uuid(), due_at = now() + :lease
    FROM due WHERE m.id = due.id
    RETURNING {_COLUMNS}
"""
"""Person by person, whoever waits longest first, and nobody who is being spoken to. What is to be
pushed waits for an answer that can take it along; a late answer, until all that its person did is
heard; an answer, for those before it, while they can be said by reply or LINE can tell of their
push."""
_AS_IT_IS: Final = f"""
    SELECT {_COLUMNS},
           coalesce((SELECT CASE
                            WHEN i.raw #>> '{{deliveryContext,isRedelivery}}' = 'true'
                                 OR i.received_at > i.occurred_at + CAST(:long AS interval)
                            THEN i.occurred_at ELSE i.received_at END
                            + CAST(:sure AS interval) - now()
                     FROM inbox i WHERE i.id = m.event_id), interval '0'),
           (SELECT min(CASE WHEN n.state = 'waiting' AND n.reply_token IS NOT NULL
                                 AND n.reply_until > now() THEN 'live' ELSE n.state END)
            FROM messages n
            WHERE n.recipient = m.recipient AND n.id > m.id AND n.event_id IS NOT NULL
              AND n.state IN ('sent', 'waiting')),
           EXISTS (SELECT FROM messages o
                   WHERE o.recipient = m.recipient AND o.state = 'waiting' AND o.id < m.id
                     AND o.claim IS NOT NULL AND o.due_at > now())
    FROM messages m WHERE m.id = :id AND m.claim = :claim AND m.state = 'waiting'
"""
_OURS: Final = """
    SELECT say FROM messages WHERE id = :id AND claim = :claim AND state = 'waiting' FOR UPDATE
"""
