"""What a turn asks to be done in the same commit: the closed set of types. Pure.

bot/effects.py does it, for the resident of the event.
"""

from dataclasses import dataclass

from geo.points import Point
from reports.outbox.kinds import PhotosFull
from reports.tickets.status import Why


@dataclass(frozen=True, slots=True)
class Add:
    """One message more for a report: a photo, words (LINE message id, words), or a place."""

    report_id: int
    why: Why
    session: str
    photo_id: int | None = None
    words: tuple[str | None, str] | None = None
    place: Point | None = None
    place_message_id: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class KeepWithItsSet:
    """A photo goes where the others of its set are filed."""

    report_id: int
    photo_id: int


@dataclass(frozen=True, slots=True)
class TakeOut:
    """What this session added leaves the report again."""

    report_id: int
    session: str


@dataclass(frozen=True, slots=True)
class Recategorise:
    ticket_id: int
    category: str


@dataclass(frozen=True, slots=True)
class ChoosePlace:
    """It is the photo's place, or the one that was sent."""

    ticket_id: int
    photo_id: int
    at_photo: bool


@dataclass(frozen=True, slots=True)
class Withdraw:
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Mute:
    ticket_id: int
    muted: bool


@dataclass(frozen=True, slots=True)
class Follow:
    ticket_id: int


@dataclass(frozen=True, slots=True)
class Confirm:
    """It is mended."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is not mended."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class Rate:
    ticket_id: int
    stars: int


@dataclass(frozen=True, slots=True)
class WaitNoLonger:
    """The question that staff have asked them is settled without them."""


@dataclass(frozen=True, slots=True)
class TellWithSet:
    """The answer to the other photos of its set says this too."""

    say: PhotosFull


@dataclass(frozen=True, slots=True)
class Erase:
    """Everything about them goes."""


Effect = (
    Add
    | KeepWithItsSet
    | TakeOut
    | Recategorise
    | ChoosePlace
    | Withdraw
    | Mute
    | Follow
    | Confirm
    | Reopen
    | Rate
    | WaitNoLonger
    | TellWithSet
    | Erase
)
