"""What a message says when it leaves: gathered, drawn and counted as a try in one commit.

Until that commit LINE has heard nothing, and whatever fails is surely not said. An answer that was
perhaps said, and a push whose moment has passed, become what is worth telling by now: by push what
somebody must know, with their next answer the rest.
"""

import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import uuid4

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import leases
from bot.drafts import open_keys
from bot.leases import LEASE, Due, Lost
from bot.line import client
from bot.render.flex import Json
from bot.render.table import draw
from reports.outbox import residents, riders
from reports.outbox.batching import Waiting
from reports.outbox.kinds import Again, Status
from reports.outbox.say import Say, Unknown, draft_of, kind_of, to_json
from reports.people.models import Resident
from store import sql
from store.database import transaction

UPGRADE_LASTS: Final = timedelta(hours=1)
"""At most: words that nobody has known until then are held, so that no others wait for them."""
ANOTHER_VERSIONS_TURN: Final = {"reply": timedelta(seconds=1), "push": timedelta(seconds=10)}
"""When words come back that this version does not know; a reply token lives for a minute."""

log = structlog.get_logger()


def prepare(due: Due) -> Due | None:
    """The claimed message, ready to be said; None where it is not said now, as its row tells.

    One broken thing among what was gathered does not silence the others. Raises Lost.
    """
    began = time.monotonic()
    try:
        ready = _prepare(due)
    except Lost:
        raise
    except Exception as wrong:
        if sql.is_passing(wrong):
            raise
        ready = _prepare(due, after=wrong)
    ours = LEASE.total_seconds() - client.at_most_seconds(client.SAYING)
    return ready._replace(speak_by=began + ours) if ready else None


def _prepare(due: Due, after: Exception | None = None) -> Due | None:
    """`after` this only what can be drawn."""
    with transaction() as db:
        due = leases.read_again(db, due)
        drafts = _open_drafts(db, due.recipient)
        if due.contents and _stands(due, drafts):
            return leases.begin(db, due, due.say, due.contents, unsure=due.unsure)
        if due.via == "reply":
            return _begin(db, due, _with_riders(db, due, drafts), after)
        return _push(db, due, drafts, after)


def _open_drafts(db: Session, recipient: str) -> Collection[str]:
    kept = db.scalar(select(Resident.draft).where(Resident.line_user_id == recipient))
    return open_keys(kept or {}, datetime.now(UTC))


def _stands(due: Due, drafts: Collection[str]) -> bool:
    """Whether it is said as it was drawn before."""
    if due.via == "reply":
        return True
    lives = not (due.perhaps_replied or due.key_is_over)
    return lives and all(_is_of_now(say, due, drafts) for say in due.say)


def _is_of_now(say: Say, due: Due, drafts: Collection[str]) -> bool:
    draft = draft_of(say)
    if draft is None and not kind_of(say).of_its_moment:
        return True
    return due.newer is None and draft in (None, *drafts)


def _with_riders(db: Session, due: Due, drafts: Collection[str]) -> list[Say]:
    """A first try takes along what waits; of a later one nobody could tell what arrived."""
    own = due.say
    is_later = due.reply_attempts > 0 or any(say.rides for say in own)
    if is_later or not due.recipient.startswith("U") or any(kind_of(say).alone for say in own):
        return own
    count = partial(_messages, db, due)
    return riders.along_with_answer(db, due.id, due.recipient, own, drafts, count)


def _messages(db: Session, due: Due, say: Say) -> int:
    """As how many it is drawn: of what cannot be drawn now, as how many it is at most."""
    most = kind_of(say).messages
    drawn = _drawn_alone(db, due, say) if most > 1 else None
    return most if drawn is None else len(drawn)


def _push(db: Session, due: Due, drafts: Collection[str], after: Exception | None) -> Due | None:
    """What is worth telling of it by now, with what else waits for the same person."""
    unsure = due.unsure or due.pushed or due.perhaps_replied
    if due.newer == "live":
        undrawn = {"contents": None, "pushed_first_at": None, "retry_key": uuid4()}
        leases.put_aside(db, due, **undrawn, unsure=unsure, due_at=func.now())
        return None
    own, is_answer = due.say, due.event_id is not None
    own = riders.let_off(db, due.recipient, own, unsure=unsure)
    old, gone_on = is_answer and due.age > riders.NOBODY_WAITS_AFTER, due.newer == "sent"
    waiting = Waiting(due.id, own, answer=is_answer, unsure=unsure, old=old)
    count = partial(_messages, db, due)
    told = riders.along_with_push(db, waiting, due.recipient, drafts, count, gone_on=gone_on)
    if told.say and not told.is_worth_it:
        leases.put_aside(db, due, state="held", say=[*map(to_json, own)], unsure=unsure)
        return None
    if is_answer and gone_on and not told.say:
        leases.put_aside(db, due, state="gathered", say=[])
        return None
    say = told.say or ([Status()] if is_answer else [])
    say = residents.without_muted(db, due.recipient, say)
    return _begin(db, due, say, after, unsure=told.unsure)


def _begin(
    db: Session,
    due: Due,
    say: Sequence[Say],
    after: Exception | None,
    *,
    unsure: bool = False,
) -> Due | None:
    if after:
        say = [one for one in say if _drawn_alone(db, due, one) is not None]
        if not say:
            raise after
    contents = draw(db, due.recipient, say)
    if not contents:
        leases.put_aside(db, due, **_unsaid(due, say))
        return None
    if unsure:
        contents = draw(db, due.recipient, [Again(), *say])
    known = [thing for thing in say if not isinstance(thing, Unknown)]
    ready = leases.begin(db, due, known, contents, unsure=unsure, drawn=True)
    riders.hold_unknown(db, due.recipient, say)
    return ready


def _drawn_alone(db: Session, due: Due, thing: Say) -> list[Json] | None:
    """Its messages; None where it is broken."""
    try:
        with db.begin_nested():
            return draw(db, due.recipient, [thing])
    except Exception as wrong:
        if sql.is_passing(wrong):
            raise
        log.exception("not_drawn", message=due.id, kind=kind_of(thing).name)
        return None


def _unsaid(due: Due, say: Sequence[Say]) -> dict[str, Any]:
    """What the row says when there was nothing to say: words of another version wait for it."""
    if not any(isinstance(thing, Unknown) for thing in say):
        return {"state": "refused", "error": "nothing to say"}
    state = "waiting" if due.age < UPGRADE_LASTS else "held"
    due_at = func.now() + ANOTHER_VERSIONS_TURN[due.via]
    return {"state": state, "due_at": due_at, "error": "unknown words"}
