"""What somebody reads on their screen as they ask for another language: the last that was said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.wording import language_in
from reports.outbox import kinds, residents
from reports.outbox.say import Say
from reports.tickets import queries
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter

_AS_IT_WAS: Final = (
    kinds.Hello, kinds.Help, kinds.Text, kinds.Contact, kinds.Urgent,
    kinds.MyData, kinds.Rate, kinds.Sure, kinds.Outside, kinds.Ask,
)  # fmt: skip
_OF_A_TICKET: Final = (
    kinds.Ticket, kinds.Joined, kinds.Moved, kinds.Question, kinds.About, kinds.PhotoLost,
)  # fmt: skip
"""What they told is told by the ticket's card as it stands now."""
_LANGUAGE: Final = "language"


def on_screen(db: Session, event: Taken, what: Incoming) -> Sequence[Say]:
    """What can be said again of it; asked only where somebody asks for a language."""
    if not (isinstance(what, events.WordsSent) and language_in(what.words)):
        return ()
    last = residents.said_last(db, events.person_of(event.raw))
    said = [replace(say, rides=False) for say in last]
    again = [say for say in said if isinstance(say, _AS_IT_WAS) and not _tells_language(say)]
    cards = dict.fromkeys(card for say in said if (card := _card(db, say)))
    return [*again, *(cards if len(cards) < 2 else [kinds.Mine()])]


def _card(db: Session, say: Say) -> Say | None:
    """The ticket's own, or theirs; a guessed kind can still be changed while that counts."""
    if isinstance(say, kinds.Status | kinds.Mine):
        return say
    if not isinstance(say, _OF_A_TICKET) or say.ticket_id is None:
        return None
    found = queries.tickets(db, TicketFilter(statuses=None, id=say.ticket_id), limit=1)
    if found and _can_be_changed(say, found[0].status):
        return say
    return kinds.Status(number=found[0].number) if found else None


def _can_be_changed(say: Say, status: Status) -> bool:
    return isinstance(say, kinds.Ticket) and say.inferred and status is Status.RECEIVED


def _tells_language(say: Say) -> bool:
    return isinstance(say, kinds.Text | kinds.Help) and say.key == _LANGUAGE
