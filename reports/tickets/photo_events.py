"""What staff decide of a ticket's photos: what is covered, who may see them; `photo`: its id. Pure.

These lines stay when the photo goes: who let others see it, and when, is asked afterwards too.
"""

from typing import NamedTuple

from reports.tickets.event_kinds import STAFF, Event, kind


class Patch(NamedTuple):
    """A rectangle of an upright photo that is covered, in ten-thousandths of its sides."""

    left: int
    top: int
    width: int
    height: int


@kind("photo_redacted", STAFF, told=False)
class PhotoRedacted(Event):
    """What is covered on it was changed; `released`: and strangers may see what is left."""

    photo: int
    before: tuple[Patch, ...] = ()
    after: tuple[Patch, ...] = ()
    released: bool = False


@kind("photo_released", STAFF, told=False)
class PhotoReleased(Event):
    """Strangers may see its copy, on which so many places are covered."""

    photo: int
    patches: int = 0


@kind("photo_withheld", STAFF, told=False)
class PhotoWithheld(Event):
    """Strangers shall not see it; `was_released`: they could until then."""

    photo: int
    was_released: bool = False


@kind("photo_hidden", STAFF, told=False)
class PhotoHidden(Event):
    """Nobody sees it but who may release it; the note says why."""

    photo: int


@kind("photo_shown", STAFF, told=False)
class PhotoShown(Event):
    """It is hidden no more."""

    photo: int
