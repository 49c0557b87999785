"""What the row of a message says after a try: said, tried again, held or given up.

The clock is the database's: the senders' own may differ.
"""

from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from bot.leases import Due
from bot.line.messages import Fate, Outcome
from bot.render import flex
from reports.outbox.models import Message
from store import sql

AFTER_TROUBLE: Final = timedelta(seconds=1)
MOST_DRAWINGS: Final = 5
DRAWN_AGAIN_AFTER: Final = timedelta(seconds=30)
LONGEST_REPLY_PAUSE: Final = timedelta(seconds=8)
LONGEST_PUSH_PAUSE: Final = timedelta(minutes=5)
LOOK_EVERY: Final = timedelta(seconds=5)
"""So often the oldest push is tried that waits for LINE: the others leave as soon as it has."""
TOKEN_LIVES_ON: Final = timedelta(seconds=15)
"""After we have stopped using a reply token LINE may still take it, from a try of unsure fate."""

log = structlog.get_logger()


def after(due: Due, outcome: Outcome) -> dict[str, Any]:
    """After LINE was spoken to."""
    said = {"state": "sent", "via": due.via, "sent_at": func.now(), "error": None}
    match outcome.fate:
        case Fate.SENT | Fate.SENT_BEFORE:
            return said
        case Fate.TOKEN_GONE if due.reply_attempts > 1:
            return _token_told_nothing() if due.token_may_be_too_old else said
        case Fate.TOKEN_GONE:
            return {"reply_token": None, "reply_attempts": 0, "due_at": func.now()}
        case Fate.QUOTA_GONE:
            return {"error": outcome.error, **certain(due), **held(due)}
        case Fate.REFUSED:
            words = flex.simpler(due.contents or [])
            again = {"contents": words, "due_at": func.now()} if words else {"state": "refused"}
            return {"error": outcome.error, **certain(due), **again}
        case Fate.TOO_FAST:
            return {"error": outcome.error, **certain(due), "due_at": func.now() + _pause(due)}
        case Fate.NOT_ALLOWED | Fate.NOT_REACHED:
            unsaid = certain(due)
            still = unsaid.get("reply_attempts", 0) > 0
            return {"error": outcome.error, **unsaid, **_till_line_is_back(due, unsure=still)}
        case Fate.UNSURE:
            return {"error": outcome.error, **_till_line_is_back(due, unsure=True)}


def not_drawn(due: Due, wrong: Exception) -> dict[str, Any]:
    """After LINE was not spoken to, because of this: nothing counts as tried, and only what does
    not pass by itself counts at all. `due`: as it was before."""
    before: dict[str, Any] = {
        "reply_attempts": due.reply_attempts,
        "push_attempts": due.push_attempts,
    }
    if not due.pushed:
        before |= {"pushed_first_at": None, "contents": due.contents}
    if sql.is_passing(wrong):
        log.warning("message_waits", message=due.id, kind=sql.kind_of(wrong))
        return {"due_at": func.now() + AFTER_TROUBLE, **before}
    log.exception("message_failed", message=due.id)
    hopeless = due.drawings + 1 >= MOST_DRAWINGS
    return {
        "state": "refused" if hopeless else "waiting",
        "error": "could not be drawn",
        "drawings": due.drawings + 1,
        "due_at": func.now() + DRAWN_AGAIN_AFTER,
        **before,
    }


def certain(due: Due) -> dict[str, Any]:
    """This try surely said nothing, so it does not count as perhaps having arrived."""
    if due.via == "reply":
        return {"reply_attempts": due.reply_attempts - 1}
    if due.pushed:
        return {}
    return {"pushed_first_at": None, **({"contents": None} if due.is_drawn else {})}


def held(due: Due) -> dict[str, Any]:
    """It is told with their next answer, as what they may know already where that is so."""
    return {"state": "held", "unsure": due.unsure or due.pushed or due.perhaps_replied}


def _token_told_nothing() -> dict[str, Any]:
    """It came to us so late that LINE may have refused it for its age, and not for having been
    used."""
    return {"reply_until": func.now(), "due_at": func.now()}


def _till_line_is_back(due: Due, *, unsure: bool) -> dict[str, Any]:
    """`unsure`: whether a try may have said it."""
    later = func.now() + _pause(due)
    if due.via == "push":
        older, waits_for = aliased(Message), "line:push"
        has_older = (
            select(older.id)
            .where(older.waits_for == waits_for, older.state == "waiting", older.id < due.id)
            .exists()
        )
        soon = func.least(later, func.now() + LOOK_EVERY)
        return {"waits_for": waits_for, "due_at": case((has_older, later), else_=soon)}
    in_time = and_(Message.reply_token.is_not(None), later < Message.reply_until)
    over = Message.reply_until + (TOKEN_LIVES_ON if unsure else timedelta(0))
    return {
        "waits_for": case((in_time, "line:reply"), else_=None),
        "due_at": case((in_time, later), else_=over),
    }


def _pause(due: Due) -> timedelta:
    if due.via == "reply":
        return min(timedelta(seconds=0.5 * 2**due.reply_attempts), LONGEST_REPLY_PAUSE)
    return min(timedelta(seconds=2 ** min(due.push_attempts, 10)), LONGEST_PUSH_PAUSE)
