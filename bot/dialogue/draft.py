"""The draft of a report: what is there, what is missing, and what was asked and answered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime

from geo.points import Point
from reports.outbox.say import Id, Names
from reports.tickets.status import Why

DRAFT_LIVES: Final = timedelta(hours=24)
LEFT_AFTER: Final = timedelta(minutes=30)
MOST_PHOTOS: Final = 10
MOST_WORDS: Final = 20_000
"""Letters: four of the longest messages that LINE takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, where we know it from, and what people call it.

    `source`: "line" (a location message), "exif", "typed" (a town that was named) or "written" (a
    point in figures or as a link).
    """

    point: Point
    source: str
    accuracy_m: float | None = None
    town: str = ""
    town_en: str = ""
    message_id: str | None = None

    @property
    def names(self) -> Names:
        return {"ja": self.town, "en": self.town_en}


@dataclass(frozen=True, slots=True)
class Remark:
    """What was written, with LINE's id of the message, so that it can be taken back alone."""

    message_id: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Onto:
    """A report that is filed, to which everything is added that comes now.

    `over`: its ticket was closed since that began. `chosen`: by a button on its card. `in_doubt`:
    what came was added because it came soon after the ticket; they are asked whether it is for it.
    """

    ticket_id: Id
    report_id: Id
    why: Why
    over: bool = False
    chosen: bool = False
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The question about a complete draft that is open, by its name in reports/outbox/kinds.py.

    `choices`: what may be answered to it (ids of tickets, of the photo, or owners of roads), each
    with the names that it has.
    """

    about: str
    choices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A report in the making. `key` goes into its buttons, so that old ones are known as old.

    `inferred`: the category was named in words. `place_settled`, `differs` and `road` are answers
    to questions before filing, `asked` is the one that is open. `typed`: a place named
    or written in words, offered as the place. `before`: a draft that was left half an hour or
    longer ago. `anew`: a new report was asked for, so that what comes now is no answer to staff.
    `anywhere`: they said that a place outside the city is to be taken all the same.
    """

    key: str
    started_at: AwareDatetime
    touched_at: AwareDatetime | None = None
    photos: tuple[Id, ...] = ()
    place: Place | None = None
    category: str | None = None
    inferred: bool = False
    remarks: tuple[Remark, ...] = ()
    no_photo: bool = False
    typed: Place | None = None
    urgent: bool = False
    warned: bool = False
    place_settled: bool = False
    differs: tuple[Id, ...] = ()
    road: str | None = None
    asked: Asked | None = None
    onto: Onto | None = None
    before: "Draft | None" = None
    anew: bool = False
    anywhere: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.is_begun or self.onto)

    @property
    def or_none(self) -> "Draft | None":
        """None where not even its key is worth keeping."""
        kept = self.before or self.anew or self.anywhere
        return None if self.is_empty and not kept else self

    @property
    def is_begun(self) -> bool:
        """Whether anything of a report is there."""
        there = (self.photos, self.place, self.category, self.remarks, self.typed)
        return self.no_photo or any(there)

    @property
    def missing(self) -> list[str]:
        """What is still wanted, in the order of asking."""
        wanted = {
            "photo": self.photos or self.no_photo,
            "place": self.place,
            "category": self.category,
        }
        return [name for name, there in wanted.items() if not there]

    @property
    def words(self) -> str:
        return "\n".join(remark.words for remark in self.remarks)

    def is_offered(self, about: str, choice: str) -> bool:
        """Whether this is one of the answers to the question that is open."""
        return self.asked is not None and self.asked.about == about and choice in self.asked.choices

    def meant_by(self, key: str) -> "Draft | None":
        """The draft that a button with this key is of: this one or, with nothing begun since, the
        one that was left."""
        if key == self.key:
            return self
        left = self.before if self.is_empty else None
        return left if left and left.key == key else None

    def is_left(self, now: datetime) -> bool:
        """Whether it is so long ago that somebody may have something else in mind."""
        return now - (self.touched_at or self.started_at) > LEFT_AFTER

    def at(self, place: Place) -> "Draft":
        """The same at another place, which puts the questions about a place anew."""
        settled = place.source not in ("line", "written")
        return replace(self, place=place, place_settled=settled, road=None, differs=(), asked=None)

    def of(self, category: str, *, inferred: bool) -> "Draft":
        """The same as another kind of problem, which other tickets nearby may be of."""
        return replace(self, category=category, inferred=inferred, differs=(), asked=None)

    def of_none_but(self, ticket_id: int) -> "Draft":
        """It is this ticket of those that were shown, and so none of the others."""
        shown = map(int, self.asked.choices) if self.asked else ()
        others = (id for id in shown if id != ticket_id)
        return replace(self, differs=(*self.differs, *others))

    def without(self, message_id: str, photo_id: int | None) -> "Draft":
        """The same without what came with a message that was taken back."""
        left = replace(
            self,
            photos=tuple(kept for kept in self.photos if kept != photo_id),
            typed=self.typed if self.typed and self.typed.message_id != message_id else None,
            remarks=tuple(kept for kept in self.remarks if kept.message_id != message_id),
        )
        if self.place is None or self.place.message_id != message_id:
            return left
        return replace(left, place=None, place_settled=False, road=None, differs=(), asked=None)

    def has_room_for(self, words: str) -> bool:
        return len(words) + sum(len(said.words) for said in self.remarks) <= MOST_WORDS

    def saying(self, remark: Remark) -> "Draft":
        """With these words too, whole, where there is room for them."""
        if not self.has_room_for(remark.words):
            return self
        return replace(self, remarks=(*self.remarks, remark))

    def together_with(self, older: "Draft") -> "Draft":
        """This one continues an older one: what is newer stays where both have something."""
        return replace(
            self,
            started_at=older.started_at,
            photos=(*older.photos, *self.photos)[:MOST_PHOTOS],
            place=self.place or older.place,
            place_settled=self.place_settled if self.place else older.place_settled,
            category=self.category or older.category,
            inferred=self.inferred if self.category else older.inferred,
            remarks=(*older.remarks, *self.remarks),
            no_photo=self.no_photo or older.no_photo,
            typed=self.typed or older.typed,
            urgent=self.urgent or older.urgent,
            warned=self.warned or older.warned,
            before=None,
        )
