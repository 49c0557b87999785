"""What somebody reads on their screen as they ask for another language: the last that was said."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.inbox import Taken
from bot.line import events
from bot.line.events import Incoming
from bot.wording import language_in
from reports.outbox import kinds, residents
from reports.outbox.say import Say
from reports.tickets import queries

_AS_IT_WAS: Final = (
    kinds.Hello, kinds.Help, kinds.Text, kinds.Contact, kinds.Urgent, kinds.Status, kinds.Mine,
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
    said = residents.said_last(db, events.person_of(event.raw))
    told = dict.fromkeys(_ticket_ids(said))
    cards = [kinds.Status(number=queries.number_of(db, id)) for id in told]
    again = [say for say in said if isinstance(say, _AS_IT_WAS) and not _tells_language(say)]
    return [*again, *(cards if len(cards) < 2 else [kinds.Mine()])]


def _ticket_ids(said: Sequence[Say]) -> Iterator[int]:
    return (say.ticket_id for say in said if isinstance(say, _OF_A_TICKET) and say.ticket_id)


def _tells_language(say: Say) -> bool:
    return isinstance(say, kinds.Text | kinds.Help) and say.key == _LANGUAGE
