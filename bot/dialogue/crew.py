"""What a crew member does in LINE: linked, they list and finish tickets by a photo. Pure.

A flow lasts half an hour and stands beside the draft of what they report as a resident.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from reports.outbox.crew_kinds import (
    CrewAbout,
    CrewChoose,
    CrewLinked,
    CrewList,
    CrewPhotoWanted,
    CrewText,
)
from reports.outbox.say import Say
from reports.people.link_codes import Fate

FLOW_LIVES: Final = timedelta(minutes=30)
MOST_PHOTOS: Final = 4
"""Of a repaired place, as on the crew's page."""
WANTS: Final = "wants"
ENDED: Final = "ended"


class Order(StrEnum):
    """What they may say; the buttons and the words of each stand in bot/locales."""

    FINISH = "crew_finish"
    LIST = "crew_list"
    LEAVE = "crew_leave"


class Standing(StrEnum):
    """What keeps somebody from finishing a ticket, if anything: it is over, another's by now, or
    there is none."""

    THEIRS = "theirs"
    OVER = "over"
    LEFT = "left"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Flow:
    """`wants`: the photo that finishes the ticket is waited for; `ended`: it has come, or in vain,
    and others of its `image_set` follow it: `photos` so far, 0 in vain."""

    step: Literal["", "wants", "ended"] = ""
    ticket_id: int = 0
    image_set: str | None = None
    photos: int = 0
    at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.step == WANTS


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
    """「完了」 on a ticket; `photos` where they came first. `photos_gone`: those are no draft's any
    more."""

    ticket_id: int
    standing: Standing
    photos: tuple[int, ...] = ()
    photos_gone: bool = False


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


CrewInput = CodeSent | NotLinked | Ordered | Stopped | Picked | PhotoFinished | RepairPhoto


@dataclass(frozen=True, slots=True)
class Link:
    user_id: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Their link goes."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The ticket is fixed, with these photos of the repaired place."""

    ticket_id: int
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """One more of the same place."""

    ticket_id: int
    photo_id: int


@dataclass(frozen=True, slots=True)
class DropPhoto:
    """It goes nowhere."""

    photo_id: int


CrewEffect = Link | Leave | Finish | AddPhoto | DropPhoto


@dataclass(frozen=True, slots=True)
class CrewTurn:
    """What follows; the `flow` from now on."""

    flow: Flow
    say: tuple[Say, ...] = ()
    effects: tuple[CrewEffect, ...] = ()


_FLOW: Final = TypeAdapter(Flow)


def flow_of(kept: Mapping[str, Any], now: datetime) -> Flow:
    """As it was kept; none where it is over, or another version's."""
    try:
        flow = _FLOW.validate_python(kept)
    except ValidationError:
        return Flow()
    return flow if flow.at and now - flow.at <= FLOW_LIVES else Flow()


def flow_to_json(flow: Flow, now: datetime) -> dict[str, Any]:
    """{} for none."""
    if not flow.step:
        return {}
    kept: dict[str, Any] = _FLOW.dump_python(
        replace(flow, at=now), mode="json", exclude_defaults=True
    )
    return kept


def respond(flow: Flow, came: CrewInput) -> CrewTurn:
    """One action of a crew member, one turn."""
    match came:
        case CodeSent():
            return _linked(came)
        case NotLinked():
            return CrewTurn(flow, (CrewText(key="not_linked"),))
        case Ordered():
            return _ordered(flow, came)
        case Stopped():
            return CrewTurn(Flow(), (CrewText(key="stopped"),))
        case Picked():
            return _picked(came)
        case PhotoFinished():
            return _photo_first(flow, came)
        case RepairPhoto():
            return _photo(flow, came)


def _linked(sent: CodeSent) -> CrewTurn:
    if sent.fate is Fate.FITS and sent.user_id is not None:
        return CrewTurn(Flow(), (CrewLinked(),), (Link(sent.user_id),))
    return CrewTurn(Flow(), (CrewText(key=f"code_{sent.fate}"),))


def _ordered(flow: Flow, said: Ordered) -> CrewTurn:
    match said.order:
        case Order.LEAVE:
            return CrewTurn(Flow(), (CrewText(key="left"),), (Leave(),))
        case Order.LIST:
            return CrewTurn(flow, (CrewList(),))
        case Order.FINISH:
            if said.only is not None:
                return _wants_photo(said.only)
            return CrewTurn(Flow(), (CrewChoose() if said.open else _NOTHING_OPEN,))


def _picked(came: Picked) -> CrewTurn:
    if came.standing is not Standing.THEIRS:
        return CrewTurn(Flow(), (CrewAbout(key=came.standing, ticket_id=came.ticket_id),))
    if came.photos_gone:
        turn = _wants_photo(came.ticket_id)
        return replace(turn, say=(CrewText(key="photo_gone"), *turn.say))
    if not came.photos:
        return _wants_photo(came.ticket_id)
    done = CrewAbout(key="done", ticket_id=came.ticket_id)
    return CrewTurn(Flow(), (done,), (Finish(came.ticket_id, came.photos),))


def _photo_first(flow: Flow, came: PhotoFinished) -> CrewTurn:
    if came.only:
        return _picked(came.only)
    return CrewTurn(flow, (CrewChoose(photo=came.photo_id) if came.open else _NOTHING_OPEN,))


def _photo(flow: Flow, came: RepairPhoto) -> CrewTurn:
    follows = flow.step == ENDED
    ended = Flow(ENDED, flow.ticket_id, came.image_set, flow.photos + 1)
    if follows and 0 < flow.photos < MOST_PHOTOS:
        return CrewTurn(ended, effects=(AddPhoto(flow.ticket_id, came.photo_id),))
    if follows:
        return CrewTurn(flow, effects=(DropPhoto(came.photo_id),))
    if came.standing is not Standing.THEIRS:
        told = CrewAbout(key=came.standing, ticket_id=flow.ticket_id)
        return CrewTurn(replace(ended, photos=0), (told,), (DropPhoto(came.photo_id),))
    done = CrewAbout(key="done", ticket_id=flow.ticket_id)
    return CrewTurn(ended, (done,), (Finish(flow.ticket_id, (came.photo_id,)),))


def _wants_photo(ticket_id: int) -> CrewTurn:
    return CrewTurn(Flow(WANTS, ticket_id), (CrewPhotoWanted(ticket_id=ticket_id),))


_NOTHING_OPEN: Final = CrewText(key="nothing_open")
