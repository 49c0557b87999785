"""What happens to a ticket, one type for each kind of line in its history. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Any, NamedTuple, Self

from reports.tickets.event_kinds import (
    FROM,
    PERSONAL,
    PUBLIC,
    RESIDENT,
    SPREAD,
    STAFF,
    Event,
    kind,
)
from reports.tickets.status import Status


class Handed(NamedTuple):
    """From whom to whom a ticket went: keys of departments, None for nobody."""

    before: str | None
    after: str | None


@kind("filed", PUBLIC, told=True)
class Filed(Event): ...


@kind("routed", RESIDENT, told=True)
class Routed(Event):
    """`why`: the reason as kept with the ticket; `handed` where it had been with somebody else."""

    why: Mapping[str, Any] = field(metadata=SPREAD)
    handed: Handed | None = field(default=None, metadata=SPREAD)


@kind("moved", PUBLIC, told=True, printed=PUBLIC)
class Moved(Event):
    """`into`, of a merged one: the number of the ticket that goes on; `reports`: ids that went.
    `outcome`: of a crew that says more than the status does (`Outcome`). `via`: "line" where a
    crew member did it in LINE."""

    from_status: Status | None
    to_status: Status | None
    into: str | None = None
    reports: tuple[int, ...] = ()
    outcome: str | None = None
    via: str = ""


@kind("joined", RESIDENT, told=True)
class Joined(Event):
    """One more report of the same; `again`: of somebody who has one there."""

    photos: int
    words: bool
    again: bool = False


@kind("added", RESIDENT, told=True)
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


@kind("answered", RESIDENT, told=True, personal_note=True)
class Answered(Added):
    """`note` is what they wrote; `question` as in `Resident.question`, {} where none was open."""

    question: Mapping[str, Any] | None = None


@kind("asked", RESIDENT, told=True)
class Asked(Event): ...


@kind("unanswered", STAFF, told=False)
class Unanswered(Event): ...


@kind("put_off", STAFF, told=False)
class PutOff(Event):
    """The deadline is so many business days later, as others were waited for or the city closed."""

    days: int
    deadline: date
    city_closed: bool = False


@kind("confirmed", RESIDENT, told=True)
class Confirmed(Event): ...


@kind("rated", STAFF, told=False)
class Rated(Event):
    stars: int


@kind("recategorised", PUBLIC, told=True)
class Recategorised(Event):
    """Keys of categories."""

    before: str = field(metadata=FROM)
    to: str


@kind("relocated", STAFF, told=False, printed=STAFF)
class Relocated(Event):
    """lon, lat in degrees."""

    before: tuple[float, float] | None = field(metadata=FROM)
    to: tuple[float, float] | None
    metres: float


@kind("not_ours", STAFF, told=False, printed=STAFF)
class NotOurs(Event):
    """Whose it was says no; `stopped`: it is for staff to decide now."""

    handed: Handed | None = field(metadata=SPREAD)
    stopped: bool


@kind("assigned", STAFF, told=False, printed=STAFF)
class Assigned(Event):
    handed: Handed | None = field(metadata=SPREAD)


@kind("put_in_charge", STAFF, told=False)
class PutInCharge(Event):
    """Names of people; None for nobody."""

    before: str | None = field(metadata=FROM)
    to: str | None


@kind("promised", STAFF, told=False, printed=STAFF)
class Promised(Event):
    """Staff have set the deadline."""

    before: date | None = field(metadata=FROM)
    to: date | None


@kind("due_again", STAFF, told=False)
class DueAgain(Event):
    """It was reopened, and its deadline, which staff had set, `stays` or is reckoned anew."""

    deadline: date | None
    stays: bool = False


@kind("called_back", STAFF, told=False, personal_note=True)
class CalledBack(Event):
    """Staff have rung whoever reported it so, and `reached` them; `note`: what was said."""

    report_id: int | None
    reached: bool = True


@kind("mailed", STAFF, told=False)
class Mailed(Event):
    """`department`: its name; `kind` as of `Mail`."""

    department: str
    kind: str


@kind("mail_failed", STAFF, told=False)
class MailFailed(Mailed): ...


@kind("mailed_again", STAFF, told=False)
class MailedAgain(Event):
    """Staff have a mail that failed sent once more; `department`: the names of those it is for."""

    department: str


@kind("told_otherwise", STAFF, told=False)
class ToldOtherwise(Event):
    department: str


@kind("reminded", STAFF, told=False)
class Reminded(Event):
    """`by`: "email", or "list" where staff telephone."""

    department: str
    by: str


@kind("authority_answered", STAFF, told=False)
class AuthorityAnswered(Event):
    """`department`: its name."""

    department: str
    key: str


@kind("unsent", STAFF, told=False)
class Unsent(Event):
    """Which of "photo", "words" and "place" went with the message."""

    parts: tuple[str, ...] = field(default=(), metadata={"key": "what"})


@kind("erased", STAFF, told=False)
class Erased(Event): ...


@kind("merged", PUBLIC, told=True)
class Merged(Event):
    """The ticket of this number was put together with this one."""

    number: str = field(metadata=FROM)


@kind("parted", PUBLIC, told=False)
class Parted(Event):
    """The ticket of this number goes on alone again."""

    number: str = field(metadata=FROM)


@kind("photo_elsewhere", STAFF, told=False, of_photo=True)
class PhotoElsewhere(Event):
    """How far from the place that was sent the photo was taken."""

    photo_id: int | None
    metres: float


@kind("place_said", STAFF, told=False, of_photo=True)
class PlaceSaid(Event):
    """A resident chose the place that was "sent", or that of the "photo"."""

    chosen: str
    photo_id: int | None = None
    metres: float | None = None


@kind("withdrawn", STAFF, told=False)
class Withdrawn(Event): ...
