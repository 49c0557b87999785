"""What comes from a crew member in LINE, what may follow, and how far they are. Pure.

A flow lasts half an hour and stands beside the draft of what they report as a resident. A photo is
looked at once it is fetched, and its ticket moves after that (bot/crew_work.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from reports.outbox.say import Say
from reports.people.link_codes import Fate
from reports.tickets.outcomes import Outcome

FLOW_LIVES: Final = timedelta(minutes=30)
MOST_PHOTOS: Final = 4
"""Of a repaired place, as on the crew's page."""
WANTS: Final = "wants"
LOOKS: Final = "looks"
WHY: Final = "why"
ENDED: Final = "ended"
NOT_OURS: Final = "not_ours"
MINUTES: Final = "minutes"
LOOK_FOR: Final = timedelta(seconds=15)
"""So long an answer waits for what is seen in the photo; else it says that it is looked at."""


class Order(StrEnum):
    """What they may say; the buttons and the words of each stand in bot/locales."""

    FINISH = "crew_finish"
    LIST = "crew_list"
    LEAVE = "crew_leave"


class Standing(StrEnum):
    """What keeps somebody from telling this of a ticket, if anything: it is over, is told already,
    another's by now, or there is none."""

    THEIRS = "theirs"
    OVER = "over"
    SAME = "same"
    LEFT = "left"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Flow:
    """`wants`: the photo that finishes the ticket is waited for; `looks`: it has come and is looked
    at, as are others that follow (`ids`); `why`: it was taken elsewhere, and one sentence is waited
    for; `ended`: it is told, or not, and others of its `image_set` follow: `photos` so far, 0 in
    vain. `outcome`: what they tell. `not_ours`: it is not theirs, and why is waited for; `minutes`:
    how long they were at the `work` (the line of history of its move)."""

    step: Literal["", "wants", "looks", "why", "ended", "not_ours", "minutes"] = ""
    ticket_id: int = 0
    image_set: str | None = None
    photos: int = 0
    at: datetime | None = None
    outcome: Outcome = Outcome.FIXED
    ids: tuple[int, ...] = ()
    work: int = 0

    @property
    def waits(self) -> bool:
        return self.step in (WANTS, LOOKS, WHY, NOT_OURS)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A one-time code, and what it is; `user_id` where it fits."""

    fate: Fate
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class NotLinked:
    """A crew's button, from somebody who is none, or none any more."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Words or a button. `open`: whether any ticket can be finished; `only`: the one that is
    meant, where there is one alone in their charge."""

    order: Order
    open: bool = False
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """「やめる」 while a photo is waited for."""


@dataclass(frozen=True, slots=True)
class Picked:
    """「完了」 or another outcome on a ticket; `photos` where they came first. `photos_gone`: those
    are no draft's any more."""

    ticket_id: int
    standing: Standing
    photos: tuple[int, ...] = ()
    photos_gone: bool = False
    outcome: Outcome = Outcome.FIXED


@dataclass(frozen=True, slots=True)
class PhotoFinished:
    """「完了の写真」 below a photo that came first; as of `Ordered`."""

    photo_id: int
    open: bool
    only: Picked | None = None


@dataclass(frozen=True, slots=True)
class RepairPhoto:
    """A photo while a flow is under way; how the flow's ticket stands."""

    photo_id: int
    image_set: str | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, why the photo was taken elsewhere; how the flow's ticket stands."""

    words: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class TookBack:
    """What they had just told was taken back, or why not: a key below `crew_did`."""

    ticket_id: int
    key: str


@dataclass(frozen=True, slots=True)
class Used:
    """So much of a `material` is written down for what they told; "" where it cannot be."""

    ticket_id: int
    material: str


@dataclass(frozen=True, slots=True)
class NoMaterial:
    """They used none, or no more, for this `work`; 0 from a button that does not say for which."""

    ticket_id: int = 0
    work: int = 0


@dataclass(frozen=True, slots=True)
class Timed:
    """So many minutes are written down for what they told: None where that cannot be, 0 where they
    would rather not."""

    ticket_id: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Denied:
    """They say that the ticket is not theirs; `why` where they have told it. `may_be_citys`: as of
    `assign.not_ours`."""

    ticket_id: int
    standing: Standing
    why: str = ""
    may_be_citys: bool = True


CrewInput = (
    CodeSent | NotLinked | Ordered | Stopped | Picked | PhotoFinished | RepairPhoto | Reason
    | TookBack | Used | NoMaterial | Timed | Denied
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    user_id: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Their link goes."""


@dataclass(frozen=True, slots=True)
class Look:
    """These photos are looked at as soon as they are there."""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tell:
    """This is told of the ticket. `photo_ids`: looked at before; `why_far`: their sentence."""

    ticket_id: int
    outcome: Outcome
    photo_ids: tuple[int, ...] = ()
    why_far: str = ""


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """One more of the same place."""

    ticket_id: int
    photo_id: int


@dataclass(frozen=True, slots=True)
class DropPhoto:
    """It goes nowhere."""

    photo_id: int


@dataclass(frozen=True, slots=True)
class PassOn:
    """It is not theirs; `may_be_citys`: as of `assign.not_ours`."""

    ticket_id: int
    why: str
    may_be_citys: bool


CrewEffect = Link | Leave | Look | Tell | AddPhoto | DropPhoto | PassOn


@dataclass(frozen=True, slots=True)
class CrewTurn:
    """What follows; the `flow` from now on. `waits_for`: the words may wait for LOOK_FOR for it."""

    flow: Flow
    say: tuple[Say, ...] = ()
    effects: tuple[CrewEffect, ...] = ()
    waits_for: str | None = None


@cache
def _reader() -> TypeAdapter[Flow]:
    return TypeAdapter(Flow)


def flow_of(kept: Mapping[str, Any], now: datetime) -> Flow:
    """As it was kept; none where it is over, or another version's."""
    try:
        flow = _reader().validate_python(kept)
    except ValidationError:
        return Flow()
    return flow if flow.at and now - flow.at <= FLOW_LIVES else Flow()


def flow_to_json(flow: Flow, now: datetime) -> dict[str, Any]:
    """{} for none."""
    if not flow.step:
        return {}
    kept: dict[str, Any] = _reader().dump_python(
        replace(flow, at=now), mode="json", exclude_defaults=True
    )
    return kept
