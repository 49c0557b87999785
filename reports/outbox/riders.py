"""What leaves along with other words to the same person, and goes its own way where those did not.

For whoever is about to say a message and holds its claim. What another process is just saying or
writing is left to it.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reports.outbox import kinds
from reports.outbox.batching import Count, Gathered, Waiting, into_answer, into_push
from reports.outbox.kinds import Again
from reports.outbox.models import LIVE, Message
from reports.outbox.residents import hold
from reports.outbox.say import Say, Unknown, kind_of, to_json
from store import sql

NOBODY_WAITS_AFTER: Final = timedelta(minutes=30)
"""For the answer to what they did, unless it is of a kind that they must know."""
_MOST_ROWS: Final = 50


def along_with_answer(
    db: Session,
    message_id: int,
    recipient: str,
    own: Sequence[Say],
    drafts: Collection[str],
    messages: Count,
) -> list[Say]:
    """What this answer says in the end: before its own what could not be said so far, and pushes
    that wait. It is free. `drafts`: the keys of those that are open; `messages`: as how many each
    thing is drawn."""
    waiting = _waiting(db, message_id, recipient, into="answer")
    if not waiting:
        return [*own]
    gathered = into_answer(own, waiting, drafts, messages)
    _leave(db, gathered.left, gone_on=True)
    return gathered.say


def along_with_push(
    db: Session,
    own: Waiting,
    recipient: str,
    drafts: Collection[str],
    messages: Count,
    *,
    gone_on: bool,
) -> Gathered:
    """What this push says in the end: its own, and what else would be pushed to this person.

    Where none of it is worth a push nothing is gathered. `gone_on`: as of `into_push`.
    """
    others = _waiting(db, own.id, recipient, into="push")
    gathered = into_push([own, *others], drafts, messages, gone_on=gone_on)
    if gathered.is_worth_it:
        _leave(db, gathered.left)
    return gathered


def let_off(db: Session, recipient: str, said: Sequence[Say], *, unsure: bool) -> list[Say]:
    """What rode along waits for itself again; gives back the others. `unsure`: it may have been
    said."""
    riders = [say for say in said if say.rides]
    unsure = unsure or any(isinstance(say, Again) for say in riders)
    for state, on_its_own in (("waiting", True), ("held", False)):
        back = [
            to_json(replace(say, rides=False))
            for say in riders
            if kind_of(say).at_least_once is on_its_own and not kind_of(say).of_its_moment
        ]
        if back:
            row = {"recipient": recipient, "say": back, "state": state, "unsure": unsure}
            db.execute(insert(Message).values(row))
    return [say for say in said if not say.rides]


def hold_unknown(db: Session, recipient: str, said: Iterable[Say]) -> None:
    """The words of another version wait for an answer of its own."""
    for say in said:
        if isinstance(say, Unknown):
            hold(db, recipient, say)


def _waiting(db: Session, besides: int, recipient: str, *, into: str) -> list[Waiting]:
    facts = {"besides": besides, "recipient": recipient, "into": into, "most": _MOST_ROWS}
    rows = sql.run(db, _ALSO_WAITING, patience=NOBODY_WAITS_AFTER, **facts).fetchall()
    return [_as_waiting(*row) for row in rows]


def _as_waiting(id: int, column: Any, *holds: bool) -> Waiting:
    return Waiting(id, kinds.said_in(column), *holds)


def _leave(db: Session, left: Mapping[int, Collection[Say]], *, gone_on: bool = False) -> None:
    """Each row keeps what is still to be said by it; with nothing left it is gathered. `gone_on`:
    to something newer, after which the rest of an older answer is worth no push of its own."""
    rows = [
        {
            "id": id,
            "say": [*map(to_json, say)],
            "can_wait": gone_on and not any(map(_is_waited_for, say)),
        }
        for id, say in left.items()
    ]
    sql.run(db, _LEAVE, rows=json.dumps(rows))


def _is_waited_for(say: Say) -> bool:
    return kind_of(say).at_least_once or isinstance(say, Unknown)


# A push that may have arrived keeps its retry key, by which LINE says it once. An answer does not,
# where something newer is to be said: in doubt it is said again, in its order and as things are by
# now. `line:…` is what the version before never writes, so what that one has in hand stays there.
_WAITS_FOR_ITS_PHOTO: Final = """
    EXISTS (SELECT FROM jsonb_path_query(say, 'lax $[*] ? (@.say == "moved").ticket_id') AS moved
            JOIN photos ON ticket_id::text = moved #>> '{}' WHERE photos.state = 'waiting')
"""
"""A move is told with the photo of the repair, which comes a moment later; until it is due."""
_ALSO_WAITING: Final = f"""
    SELECT id, say, state = 'held' OR event_id IS NOT NULL, event_id IS NOT NULL,
           unsure OR reply_attempts > 0 OR pushed_first_at IS NOT NULL,
           event_id IS NOT NULL AND created_at < now() - %(patience)s::interval
    FROM messages WHERE recipient = %(recipient)s AND id <> %(besides)s AND CASE state
        WHEN 'held' THEN true
        WHEN 'waiting' THEN NOT {LIVE} AND (claim IS NULL OR due_at <= now())
            AND (event_id IS NULL OR %(into)s = 'push' OR id < %(besides)s)
            AND (event_id IS NOT NULL OR due_at <= now()
                 OR NOT {_WAITS_FOR_ITS_PHOTO} AND coalesce(waits_for, '') NOT LIKE 'undo:%%')
            AND (pushed_first_at IS NULL AND (push_attempts = 0 OR contents IS NULL)
                 OR event_id IS NOT NULL AND (waits_for LIKE 'line:%%' OR due_at <= now()))
        END
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_LEAVE: Final = """
    UPDATE messages m SET say = l.say,
        state = CASE WHEN l.say = '[]' THEN 'gathered'
                     WHEN l.can_wait AND event_id IS NOT NULL THEN 'held' ELSE state END
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS l(id bigint, say jsonb, can_wait boolean)
    WHERE m.id = l.id
"""
