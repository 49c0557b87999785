"""Saying what is written down: by reply while the token lives, else by push.

A reply token works once, so a reply whose fate is unsure is tried again with the same token; LINE
refusing the token then means that an earlier try arrived. A push carries the retry key and the body
of its first try. What is still unsure after that is decided by its kind (reports/outbox/kinds.py).
A push that would be refused or swallowed is held for the next answer. Why: docs/decisions/0002.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from typing import Final

import structlog
from sqlalchemy import func

from bot import fates, reach, speech
from bot.leases import Due, Lost, claim, note
from bot.line import messages
from bot.line.messages import Fate, Outcome
from store import traces
from store.metrics import ANSWERED, MESSAGES

AT_ONCE: Final = 16
LOOK_AGAIN_SECONDS: Final = 0.1
"""How soon somebody new is answered while another's message is still on its way."""

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
            MESSAGES.count("push", "held")
            note(due, error=why, **fates.held(due))
            return
        reach.learn_language(due.recipient)
        ready = speech.prepare(due)
    except Lost:
        note(due, due_at=func.now())
    except Exception as wrong:
        note(due, **fates.not_drawn(due, wrong))
    else:
        if ready:
            speak(ready)


def speak(ready: Due) -> None:
    """To LINE, unless that would be too late; and its row tells what became of it."""
    if time.monotonic() > ready.speak_by:
        note(ready, due_at=func.now(), **fates.certain(ready))
        return
    began = time.monotonic()
    with traces.span(f"say by {ready.via}", parent=ready.trace, michi_message=ready.id) as span:
        outcome = _say(ready)
        if outcome.fate is not Fate.SENT:
            traces.failed(span, outcome.fate)
    MESSAGES.count(ready.via, outcome.fate)
    if outcome.fate is Fate.SENT and ready.heard_ago is not None:
        ANSWERED.observe(ready.heard_ago.total_seconds() + time.monotonic() - began, ready.via)
    log.info("said", message=ready.id, via=ready.via, fate=outcome.fate, request=outcome.request_id)
    told = {"line_request_id": outcome.request_id, "line_message_ids": [*outcome.message_ids]}
    note(ready, **fates.after(ready, outcome), **told)
    if outcome.fate is Fate.QUOTA_GONE:
        reach.look_at_quota()
    elif outcome.fate is Fate.NOT_ALLOWED:
        reach.note_refusal()


def _say(ready: Due) -> Outcome:
    contents = ready.contents or []
    try:
        if ready.via == "reply" and ready.reply_token:
            return messages.reply(ready.reply_token, contents)
        return messages.push(ready.recipient, contents, ready.retry_key)
    except Exception as wrong:
        log.exception("message_failed", message=ready.id)
        return Outcome(Fate.UNSURE, error=type(wrong).__name__)
