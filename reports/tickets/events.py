"""What happens to a ticket, one type for each kind of line in its history; and who reads it. Pure.

A field without a default stands in every line, one with a default only where it says more. What
may be erased has one, so that the line still reads without it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any, ClassVar, Final, NamedTuple, Self, TypeVar, dataclass_transform

from reports.tickets.status import Status


class Reader(IntEnum):
    """Who may know of it; whoever stands later here may know of what those before may."""

    PUBLIC = 0
    RESIDENT = 1
    STAFF = 2


class Handed(NamedTuple):
    """From whom to whom a ticket went: keys of departments, None for nobody."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line; `note` is what was written with it."""

    what: ClassVar[str]
    note: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """Of a kind that a newer version has written, or that does not read: shown by its name."""

    kind: str
    from_status: Status | None = None
    to_status: Status | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for all lines of a kind. `told`: a step on the cards of residents.

    `printed`: who may read its note on the ticket's page of paper. `personal_note`: the note is the
    resident's own, and goes with them. `of_photo`: the line goes with the photo that it names.
    """

    type: type[Event]
    reader: Reader
    told: bool
    printed: Reader | None = None
    personal_note: bool = False
    of_photo: bool = False


_Event = TypeVar("_Event", bound=Event)
KINDS: Final[dict[str, Kind]] = {}
"""By `what`, as it stands in the line: everything that can happen."""


def kind_of(event: Event) -> Kind:
    """What holds for it; only staff read what this version does not know."""
    return _OF_NEWER if isinstance(event, Unknown) else KINDS[event.what]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def _kind(
    what: str, reader: Reader, *, told: bool, **more: Any
) -> Callable[[type[_Event]], type[_Event]]:
    def enter(fields: type[_Event]) -> type[_Event]:
        made = dataclass(frozen=True, slots=True)(fields)
        made.what = what
        KINDS[what] = Kind(made, reader, told, **more)
        return made

    return enter


PUBLIC, RESIDENT, STAFF = Reader
PERSONAL: Final = {"personal": True}
FROM: Final = {"key": "from"}
SPREAD: Final = {"spread": True}
_OF_NEWER: Final = Kind(Unknown, STAFF, told=False)


@_kind("filed", PUBLIC, told=True)
class Filed(Event): ...


@_kind("routed", RESIDENT, told=True)
class Routed(Event):
    """`why`: the reason as kept with the ticket; `handed` where it had been with somebody else."""

    why: Mapping[str, Any] = field(metadata=SPREAD)
    handed: Handed | None = field(default=None, metadata=SPREAD)


@_kind("moved", PUBLIC, told=True, printed=PUBLIC)
class Moved(Event):
    """`into`, of a merged one: the number of the ticket that goes on; `reports`: ids that went."""

    from_status: Status | None
    to_status: Status | None
    into: str | None = None
    reports: tuple[int, ...] = ()


@_kind("joined", RESIDENT, told=True)
class Joined(Event):
    """One more report of the same; `again`: of somebody who has one there."""

    photos: int
    words: bool
    again: bool = False


@_kind("added", RESIDENT, told=True)
class Added(Event):
    """What came together, in one session of a resident; `place` is lon, lat."""

    report_id: int | None
    session: str | None = field(default=None, metadata=PERSONAL)
    photo_ids: tuple[int, ...] = ()
    remark_ids: tuple[int, ...] = field(default=(), metadata=PERSONAL)
    place: tuple[float, float] | None = field(default=None, metadata=PERSONAL)
    place_message_id: str | None = field(default=None, metadata=PERSONAL)

    @property
    def is_empty(self) -> bool:
        """Whether all of it was taken back."""
        return not (self.photo_ids or self.remark_ids or self.place)

    def without(
        self, message_id: str, *, photo_ids: Collection[int], remark_ids: Collection[int]
    ) -> Self:
        """As if these had not come, nor a place with this message of LINE's."""
        place_goes = self.place_message_id == message_id
        return replace(
            self,
            photo_ids=tuple(id for id in self.photo_ids if id not in photo_ids),
            remark_ids=tuple(id for id in self.remark_ids if id not in remark_ids),
            place=None if place_goes else self.place,
            place_message_id=None if place_goes else self.place_message_id,
        )


@_kind("answered", RESIDENT, told=True, personal_note=True)
class Answered(Added):
    """`note` is what they wrote; `question` as in `Resident.question`, {} where none was open."""

    question: Mapping[str, Any] | None = None


@_kind("asked", RESIDENT, told=True)
class Asked(Event): ...


@_kind("unanswered", STAFF, told=False)
class Unanswered(Event): ...


@_kind("put_off", STAFF, told=False)
class PutOff(Event):
    """The deadline is so many business days later, after others were waited for."""

    days: int
    deadline: date


@_kind("confirmed", RESIDENT, told=True)
class Confirmed(Event): ...


@_kind("rated", STAFF, told=False)
class Rated(Event):
    stars: int


@_kind("recategorised", PUBLIC, told=True)
class Recategorised(Event):
    """Keys of categories."""

    before: str = field(metadata=FROM)
    to: str


@_kind("relocated", STAFF, told=False, printed=STAFF)
class Relocated(Event):
    """lon, lat in degrees."""

    before: tuple[float, float] | None = field(metadata=FROM)
    to: tuple[float, float] | None
    metres: float


@_kind("not_ours", STAFF, told=False, printed=STAFF)
class NotOurs(Event):
    """Whose it was says no; `stopped`: it is for staff to decide now."""

    handed: Handed | None = field(metadata=SPREAD)
    stopped: bool


@_kind("assigned", STAFF, told=False, printed=STAFF)
class Assigned(Event):
    handed: Handed | None = field(metadata=SPREAD)


@_kind("mailed", STAFF, told=False)
class Mailed(Event):
    """`department`: its name; `kind` as of `Mail`."""

    department: str
    kind: str


@_kind("mail_failed", STAFF, told=False)
class MailFailed(Mailed): ...


@_kind("mailed_again", STAFF, told=False)
class MailedAgain(Event):
    """Staff have a mail that failed sent once more; `department`: the names of those it is for."""

    department: str


@_kind("told_otherwise", STAFF, told=False)
class ToldOtherwise(Event):
    department: str


@_kind("reminded", STAFF, told=False)
class Reminded(Event):
    """`by`: "email", or "list" where staff telephone."""

    department: str
    by: str


@_kind("authority_answered", STAFF, told=False)
class AuthorityAnswered(Event):
    """`department`: its name."""

    department: str
    key: str


@_kind("unsent", STAFF, told=False)
class Unsent(Event):
    """Which of "photo", "words" and "place" went with the message."""

    parts: tuple[str, ...] = field(default=(), metadata={"key": "what"})


@_kind("erased", STAFF, told=False)
class Erased(Event): ...


@_kind("merged", PUBLIC, told=True)
class Merged(Event):
    """The ticket of this number was put together with this one."""

    number: str = field(metadata=FROM)


@_kind("parted", PUBLIC, told=False)
class Parted(Event):
    """The ticket of this number goes on alone again."""

    number: str = field(metadata=FROM)


@_kind("photo_elsewhere", STAFF, told=False, of_photo=True)
class PhotoElsewhere(Event):
    """How far from the place that was sent the photo was taken."""

    photo_id: int | None
    metres: float


@_kind("place_said", STAFF, told=False, of_photo=True)
class PlaceSaid(Event):
    """A resident chose the place that was "sent", or that of the "photo"."""

    chosen: str
    photo_id: int | None = None
    metres: float | None = None


@_kind("withdrawn", STAFF, told=False)
class Withdrawn(Event): ...
