"""Saying what is written down: by reply while the token lives, else by push, never both.

A reply token works once, so a reply whose fate is unsure is tried again with the same token; LINE
refusing the token then means that the first try arrived. A push carries the retry key and the body
of its first try; before that it takes along what else waits for the same person. A push that would
be refused or swallowed is held for the next answer. Messages to one person leave in their order.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import structlog
from prometheus_client import Counter
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import reach
from bot.leases import RETRY_KEY_LIVES, Due, claim, note
from bot.line import messages
from bot.line.messages import Fate, Outcome
from bot.render import flex
from bot.render.table import draw
from reports.outbox import residents
from reports.outbox.models import Message
from reports.outbox.say import Say, Unknown, kind_of
from store import sql
from store.database import transaction

AT_ONCE: Final = 16
LOOK_AGAIN_SECONDS: Final = 0.1
"""How soon somebody new is answered while another's message is still on its way."""
AFTER_TROUBLE: Final = timedelta(seconds=1)
MOST_DRAWINGS: Final = 5
UPGRADE_LASTS: Final = timedelta(hours=1)
"""At most: words that nobody has known until then are held, so that no others wait for them."""
ANOTHER_VERSIONS_TURN: Final = {"reply": timedelta(seconds=1), "push": timedelta(seconds=10)}
"""When words come back that this version does not know; a reply token lives for a minute."""
SENT: Final = Counter(
    "michi_messages", "Attempts to say something, by way and fate", ["via", "fate"]
)

log = structlog.get_logger()


def send_due(*, replies_only: bool = False, enough: Callable[[], bool] = lambda: False) -> int:
    """Say what is due, to AT_ONCE people at a time, until nothing is. Returns how many were tried.

    Messages are claimed as hands become free, so that nobody waits for somebody who is slow;
    once it is `enough` none is begun any more.
    """
    tried, busy = 0, set[Future[None]]()
    try:
        while claimed := busy | _begun(replies_only, 0 if enough() else AT_ONCE - len(busy)):
            tried += len(claimed - busy)
            done, busy = wait(claimed, LOOK_AGAIN_SECONDS, FIRST_COMPLETED)
            for sent in done:
                sent.result()
        return tried
    finally:
        wait(busy)


def _begun(replies_only: bool, most: int) -> set[Future[None]]:
    claimed = claim(most, replies_only=replies_only) if most else []
    return {_hands().submit(_send, due) for due in claimed}


@lru_cache(maxsize=1)
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "send")


def _send(due: Due) -> None:
    try:
        if due.surely_not_pushed and (why := reach.no_push_to(due.recipient)):
            SENT.labels("push", "held").inc()
            return note(due, state="held", error=why)
        reach.learn_language(due.recipient)
        contents = due.contents or _draw(due)
        if not contents:
            return note(due, **_unsaid(due))
        outcome = _say(due, contents)
    except Exception as wrong:
        return note(due, **_after_trouble(due, wrong))
    SENT.labels(due.via, outcome.fate).inc()
    log.info("said", message=due.id, via=due.via, fate=outcome.fate, request=outcome.request_id)
    note(due, **_after(due, outcome, contents), line_request_id=outcome.request_id)
    if outcome.fate is Fate.QUOTA_GONE:
        reach.look_at_quota()


def _draw(due: Due) -> list[flex.Json]:
    """One broken thing among what was gathered does not silence the others."""
    try:
        return _drawn(due)
    except Exception as wrong:
        if sql.is_passing(wrong):
            raise
        return _drawn(due, after=wrong)


def _drawn(due: Due, *, after: Exception | None = None) -> list[flex.Json]:
    """What is sent, of a push also written down; `after` this only what can be drawn."""
    with transaction() as db:
        say: Sequence[Say] = due.say
        if due.is_fresh_push and due.event_id is None:
            say = residents.gather(db, due.id, due.recipient, say)
        if due.is_fresh_push:
            say = residents.without_muted(db, due.recipient, say)
        if after:
            say = [thing for thing in say if _can_be_drawn(db, due, thing)]
            if not say:
                raise after
        contents = draw(db, due.recipient, say)
        if contents:
            residents.hold_unknown(db, due.id, due.recipient, say)
        if contents and due.via == "push":
            db.execute(update(Message).where(Message.id == due.id).values(contents=contents))
        return contents


def _can_be_drawn(db: Session, due: Due, thing: Say) -> bool:
    try:
        with db.begin_nested():
            draw(db, due.recipient, [thing])
    except Exception as wrong:
        if sql.is_passing(wrong):
            raise
        log.exception("not_drawn", message=due.id, kind=kind_of(thing).name)
        return False
    return True


def _unsaid(due: Due) -> dict[str, Any]:
    """What the row says when there was nothing to say: words of another version wait for it."""
    if not any(isinstance(thing, Unknown) for thing in due.say):
        return {"state": "refused", "error": "nothing to say"}
    now = datetime.now(UTC)
    state = "waiting" if now - due.created_at < UPGRADE_LASTS else "held"
    due_at = now + ANOTHER_VERSIONS_TURN[due.via]
    return {"state": state, "due_at": due_at, "error": "unknown words", **_not_tried(due)}


def _after_trouble(due: Due, wrong: Exception) -> dict[str, Any]:
    """What the row says when nothing was said: trouble that passes does not count against it."""
    if sql.is_passing(wrong):
        log.warning("message_waits", message=due.id, kind=sql.kind_of(wrong))
        return {"due_at": datetime.now(UTC) + AFTER_TROUBLE, **_certain(due)}
    log.exception("message_failed", message=due.id)
    hopeless = due.reply_attempts + due.push_attempts >= MOST_DRAWINGS
    return {"error": "could not be drawn"} | ({"state": "refused"} if hopeless else {})


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


def _not_tried(due: Due) -> dict[str, Any]:
    pushes = due.push_attempts - (due.via == "push")
    return {"push_attempts": pushes, **_certain(due)}


def _pause(due: Due) -> timedelta:
    if due.via == "reply":
        return timedelta(seconds=min(0.5 * 2**due.reply_attempts, 8))
    return timedelta(seconds=min(2**due.push_attempts, 3600))
