"""What comes from a resident from whom nothing is taken for a time (reports/actions/pause.py)."""

from sqlalchemy.orm import Session

from bot.dialogue.draft import Draft
from bot.dialogue.paused import Sent, may_answer_staff, while_paused
from bot.dialogue.turn import Turn
from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from reports.people import pauses


def heard(db: Session, event: Taken, what: Incoming, draft: Draft) -> Turn | None:
    """What follows; None where it is heard as ever: no pause is on, or it begins nothing."""
    sent = _sent(event, what, draft)
    if not event.paused or sent.begins_nothing:
        return None
    held = pauses.hold(db, events.person_of(event.raw))
    return held and while_paused(draft, sent, held.last_day, were_told=held.told)


def _sent(event: Taken, what: Incoming, draft: Draft) -> Sent:
    match what:
        case events.ButtonPressed(do):
            return Sent(do=do)
        case events.WordsSent(words):
            answers = bool(event.question) and may_answer_staff(draft, words)
            return Sent(words=words, answers=answers)
        case _:
            return Sent()
