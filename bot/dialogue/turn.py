"""What can come in from a resident, and what can follow from it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bot.dialogue.allowance import ANY_NUMBER, Allowance
from bot.dialogue.draft import Draft, Onto, Place
from bot.dialogue.effects import Effect
from geo.nearby import Whereabouts
from geo.points import Point
from reports.city.categories import Category
from reports.outbox.say import Say
from reports.tickets.read_models import Standing
from reports.tickets.status import Status

WAIT_FOR_ROUTING: Final = timedelta(seconds=3)
"""So long the answer may wait for a ticket's department, so that its card shows it."""


@dataclass(frozen=True, slots=True)
class PhotoCame:
    """A photo, now known by our id; the rest tells of others of its set.

    `in_report`: they are filed with that report. `before`: how many came before it, of which
    `kept` are there. `dropped`: we have given up one of those, with its draft or for want of room.
    `answer_waits`: what the set is answered is not said yet, and can still tell of this one.
    """

    photo_id: int
    image_set: str | None = None
    in_report: int | None = None
    before: int = 0
    kept: int = 0
    dropped: bool = False
    answer_waits: bool = False


@dataclass(frozen=True, slots=True)
class TooManyPhotos:
    """A photo of which nothing was kept: no more are taken within this hour."""


@dataclass(frozen=True, slots=True)
class PlaceCame:
    """A place with its source, looked up on the city's map; `message_id`: what it came with, and
    `words` what was written beside it."""

    point: Point
    source: str
    where: Whereabouts
    accuracy_m: float | None = None
    message_id: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button of ours; `draft` is the key of the draft that it was shown for."""

    do: str
    draft: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnTicket:
    """A button on a ticket's card, with what this person is to the ticket.

    `report_id`: their own report in it. `may_reopen`: it was mended not long ago. `asked`: staff
    wait for an answer about it. `elsewhere`: their photo that was taken far from the place that
    they sent, as long as that is an open question. `category`: of the ticket.
    """

    do: str
    ticket_id: int
    number: str
    status: Status
    standing: Standing
    report_id: int | None
    may_reopen: bool
    data: Mapping[str, str] = field(default_factory=dict)
    asked: bool = False
    elsewhere: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class SameHole:
    """「同じです」: this ticket, which was shown, is the one. `closed`: it is closed by now."""

    ticket_id: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Something typed; `place` is what it names or writes as a point, if any."""

    words: str
    message_id: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that cannot be a report."""

    kind: str


@dataclass(frozen=True, slots=True)
class Hello:
    """Added us as a friend."""


Input = (
    PhotoCame | TooManyPhotos | PlaceCame | Button | OnTicket | SameHole | Words | Unusable | Hello
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A ticket whose card, photo or words somebody quotes; `onto` where they reported it."""

    number: str
    onto: Onto | None


@dataclass(frozen=True, slots=True)
class Context:
    """What the dialogue must know: the city's categories, a new draft, a question still open, what
    they reported within the hour (the newest first), the ticket of which they quote something, how
    much they may still send, and what is on the screen of who asks for another language."""

    categories: Mapping[str, Category]
    fresh: Draft
    question: Onto | None = None
    lately: Sequence[Onto] = ()
    quoted: Quoted | None = None
    allowed: Allowance = ANY_NUMBER
    on_screen: Sequence[Say] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows. `file`: make a report of this draft, or `join` it to that ticket.

    A draft whose key goes out in a button is kept even while it is empty, or the button would be
    an old one at once. `outside`: count a place in that area. The answer may wait for `wait` for
    what `waits_for` names: "photo:7", "set:…" (which only time lets go) or "ticket:7".
    """

    draft: Draft | None
    say: tuple[Say, ...] = ()
    language: str | None = None
    file: Draft | None = None
    join: int | None = None
    effects: tuple[Effect, ...] = ()
    drop: tuple[int, ...] = ()
    outside: str | None = None
    wait: timedelta = timedelta(0)
    waits_for: str | None = None

    @property
    def does_more_than_speak(self) -> bool:
        """Whether anything but their own draft is changed."""
        acts = (self.file, self.effects, self.drop, self.language)
        return any(acts) or self.join is not None or self.outside is not None
