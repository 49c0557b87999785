"""What comes from a resident from whom nothing is taken for a time (reports/actions/pause.py)."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.dialogue.draft import Draft
from bot.dialogue.paused import Sent, while_paused
from bot.dialogue.turn import Turn
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from reports.city.clock import local
from reports.people import pauses


def heard(db: Session, event: Taken, what: Incoming, draft: Draft) -> Turn | None:
    """What follows; None where it is heard as ever: no pause is on, or it begins nothing."""
    sent = _sent(event, what)
    if not event.paused or sent.begins_nothing:
        return None
    held = pauses.hold(db, events.person_of(event.raw))
    if held is None:
        return None
    last = local(held.until) - timedelta(days=1)
    return while_paused(draft, sent, f"{last:%Y-%m-%d}", were_told=held.told)


def _sent(event: Taken, what: Incoming) -> Sent:
    match what:
        case events.ButtonPressed(do):
            return Sent(do=do)
        case events.WordsSent(words):
            return Sent(words=words, answers=bool(event.question))
        case _:
            return Sent()
