"""Calling other systems: what public events become calls, and who sends them.

Several endpoints are served beside each other, each by one lane, so that one that hangs holds up
itself alone.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from reports.webhooks import calls, keys, waits
from reports.webhooks.calls import Call, Outcome
from reports.webhooks.signature import headers
from settings import settings
from store import tasks
from store.database import transaction
from store.metrics import CALL_OUT
from store.outside import NotAllowed, Outside, Unreached
from store.public_addresses import Allowed

LANES: Final = 8
SECONDS: Final = 15.0
"""After that the task ends, so that mails get their turn; the clock begins it anew."""
_AGENT: Final = "Michi-Webhooks"

log = structlog.get_logger()


def write_calls() -> None:
    """Public events become calls, each endpoint's in a commit of its own; then they are sent."""
    with transaction() as db:
        behind = calls.behind(db)
    for webhook_id in behind:
        looked_at = 1
        while looked_at:
            with transaction() as db:
                looked_at = calls.write(db, webhook_id)
    with transaction() as db:
        if calls.endpoints_due(db) and not tasks.is_at_hand(db, "send_webhooks"):
            tasks.later(db, "send_webhooks")


def send_webhooks() -> None:
    """Send what is due, for a while."""
    send(Outside(Allowed(settings().webhook_hosts)))


def send(outside: Outside) -> None:
    """The same by this way out."""
    end = time.monotonic() + SECONDS
    with transaction() as db:
        many = min(calls.endpoints_due(db), LANES)
    if not many:
        return
    with ThreadPoolExecutor(many, "webhooks") as lanes:
        for lane in [lanes.submit(_lane, outside, end) for _ in range(many)]:
            lane.result()


def _lane(outside: Outside, end: float) -> None:
    """One endpoint after another, each until it has nothing more or rests."""
    by = keys.new_sender()
    while time.monotonic() < end:
        with transaction() as db:
            webhook_id = calls.claim(db, by)
        if webhook_id is None:
            return
        while time.monotonic() < end and _one(outside, webhook_id, by):
            pass
        with transaction() as db:
            calls.release(db, webhook_id, by)


def _one(outside: Outside, webhook_id: int, by: str) -> bool:
    """Whether there was one."""
    with transaction() as db:
        call = calls.next_call(db, webhook_id, by)
    if call is None:
        return False
    with CALL_OUT.timed() as timed:
        outcome = _sent(outside, call)
        timed.outcome = "taken" if _is_taken(outcome) else "not_taken"
    with transaction() as db:
        _note(db, call, outcome)
    return True


def _sent(outside: Outside, call: Call) -> Outcome:
    if not call.keys:
        return Outcome(error="secret: no key of this installation opens it")
    second = int(datetime.now(UTC).timestamp())
    signed = headers(call.message_id, second, call.body, call.keys)
    said = {"content-type": "application/json", "user-agent": _AGENT, **signed}
    try:
        answer = outside.post(call.url, call.body, said)
    except NotAllowed as kept_in:
        return Outcome(error=f"not allowed: {kept_in}")
    except Unreached as away:
        return Outcome(error=f"not reached: {away}")
    if waits.is_taken(answer.status):
        return Outcome(answer.status)
    asked = waits.asked_wait(answer.headers.get("retry-after", ""))
    return Outcome(answer.status, f"answered {answer.status}", asked)


def _is_taken(outcome: Outcome) -> bool:
    return outcome.status is not None and waits.is_taken(outcome.status)


def _note(db: Session, call: Call, outcome: Outcome) -> None:
    if outcome.status is not None and waits.is_taken(outcome.status):
        calls.taken(db, call, outcome.status)
        return
    log.info("webhook_not_taken", webhook=call.webhook_id, call=call.id, status=outcome.status)
    calls.not_taken(db, call, outcome)
