"""What is said to residents: the closed set of kinds of words, free of language. Pure.

They wait as rows of `messages` and are drawn when they leave: perhaps by the version of Michi
before this one or after it. So kinds and fields keep their names, and what this version does not
know is kept as it came: alone it waits for a process that knows it, for an hour; after that, and
where known words leave from beside it, it is held for the next answer of such a process.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from reports.outbox import crew_kinds as crew_kinds
from reports.outbox.kinds_not_taken import Limit as Limit
from reports.outbox.kinds_not_taken import Outside as Outside
from reports.outbox.kinds_not_taken import Paused as Paused
from reports.outbox.kinds_not_taken import Unusable as Unusable
from reports.outbox.say import (
    HeldData,
    Id,
    Kind,
    Left,
    Names,
    Near,
    Road,
    Say,
    Unknown,
    declared,
    kind,
    later,
    personal,
)
from reports.tickets.status import Why


@kind("ask", at_least_once=True, of_its_moment=True)
class Ask(Say):
    """What a draft has, and the first thing that is `missing`.

    `after`: the categories after this one are offered; None: from the first. `written`: what was
    `typed` is a point.
    """

    draft: str
    photos: Sequence[Id]
    no_photo: bool
    category: str | None
    inferred: bool
    words: bool
    missing: Sequence[str]
    place: Names | None = personal(None)
    typed: Names | None = personal(None)
    left: Left | None = personal(None)
    after: str | None = later(None)
    written: bool = later(False)


@kind("photos_full")
class PhotosFull(Say):
    """A report takes no more than so many photos."""

    image_set: str | None
    most: int


@kind("which_place", at_least_once=True, of_its_moment=True)
class WhichPlace(Say):
    """`photo` was taken so many metres from the place that was sent, which `way` from there."""

    draft: str
    photo: Id
    metres: float
    way: str = ""
    photo_town: Names | None = personal(None)
    sent_town: Names | None = personal(None)


@kind("same_hole", messages=2, at_least_once=True, of_its_moment=True)
class SameHole(Say):
    """Is it one of these?"""

    draft: str
    tickets: Sequence[Near] = personal((), needed_till_said=True)


@kind("which_road", at_least_once=True, of_its_moment=True)
class WhichRoad(Say):
    """On which of these is it?"""

    draft: str
    roads: Sequence[Road] = personal((), needed_till_said=True)


@kind("urgent", at_least_once=True)
class Urgent(Say):
    """Whom to call."""


@kind("ticket", messages=2, at_least_once=True)
class Ticket(Say):
    """A report has become a ticket; with the question which place is meant, where that is open.

    `ticket_id` is None until it is there. `after`: as of `Ask`, where its kind was `inferred`.
    """

    ticket_id: Id | None = None
    inferred: bool = False
    after: str | None = later(None)


@kind("joined", at_least_once=True)
class Joined(Say):
    """A report has gone to a ticket that was there."""

    ticket_id: Id | None = None


@kind("status", messages=2)
class Status(Say):
    """How this ticket stands, or their newest, and how many more they have."""

    number: str | None = None


@kind("mine", messages=2)
class Mine(Say):
    """Their last tickets, and how many more they have."""


@kind("moved", at_least_once=True)
class Moved(Say):
    """What became of a ticket. Several are one message together."""

    ticket_id: Id
    history_id: Id


@kind("photo_lost")
class PhotoLost(Say):
    """A photo could not be taken over; `state` tells why."""

    state: str
    ticket_id: Id | None = None


@kind("onto", at_least_once=True, of_its_moment=True)
class Onto(Say):
    """What comes now goes to this ticket."""

    ticket_id: Id
    draft: str
    why: Why


@kind("added")
class Added(Say):
    """What was added to this ticket so far; `draft` is "" once nothing more can be. `in_doubt`:
    they are asked whether it is for that ticket."""

    ticket_id: Id
    draft: str
    why: Why
    photos: Sequence[Id]
    words: bool
    place: bool
    in_doubt: bool = later(False)


@kind("question", at_least_once=True)
class Question(Say):
    """Staff ask what stands on that line of its history."""

    ticket_id: Id
    history_id: Id


@kind("sure", at_least_once=True, of_its_moment=True)
class Sure(Say):
    """Before something that cannot be undone."""

    ticket_id: Id
    what: Literal["withdraw"] = "withdraw"


@kind("about")
class About(Say):
    """What a tap has done to a ticket, or why it could not."""

    key: str
    ticket_id: Id


@kind("rate")
class Rate(Say):
    """It is mended; how was it handled?"""

    ticket_id: Id


@kind("missed", of_its_moment=True)
class Missed(Say):
    """The heading of what could not be told when it happened."""


@kind("again", of_its_moment=True)
class Again(Say):
    """The heading of what may have been told before."""


@kind("my_data", at_least_once=True, of_its_moment=True, alone=True)
class MyData(Say):
    """What is held about them; None until it is counted."""

    draft: str
    held: HeldData | None = None


@kind("erased", at_least_once=True, alone=True)
class Erased(Say):
    """Nothing is held any more, not even their `language`."""

    language: str | None = None


@kind("text")
class Text(Say):
    """A text of the locale."""

    key: str


@kind("help")
class Help(Say):
    """A text of the locale, with the ways to begin."""

    key: str


@kind("contact")
class Contact(Say):
    """Whom to call, and when: about a road, or about another matter."""

    about: Literal["call", "other"]


@kind("hello")
class Hello(Say):
    """The first minute."""


KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in declared()}
"""By name, as in the JSON."""


@cache
def _reader(kind: Kind) -> TypeAdapter[Say]:
    """Made when words of the kind are first read."""
    return TypeAdapter(kind.of)


def from_json(kept: Any) -> Say:
    """As it was before `to_json`; of older rows, which lack what was taken back, without that.

    Unknown where it does not read, whatever it is.
    """
    unknown = Unknown(kept)
    kind = KINDS.get(unknown.name)
    if kind is None:
        return unknown
    try:
        return _reader(kind).validate_python({name: kept[name] for name in kept if name != "say"})
    except ValidationError:
        return unknown


def said_in(column: Any) -> list[Say]:
    """All that a row of `messages` says."""
    return [*map(from_json, column if isinstance(column, list) else [column])]
