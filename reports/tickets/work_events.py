"""What crews report of their work. Pure."""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import NamedTuple

from reports.tickets.event_kinds import SPREAD, STAFF, Event, kind
from reports.tickets.events import Handed


class Used(NamedTuple):
    """So much of a material, in its unit, as the city called them then."""

    name: str
    amount: float
    unit: str


@kind("worked", STAFF, told=False, printed=STAFF)
class Worked(Event):
    """What a crew did. `done_at`: by the clock of its phone, ISO 8601; `minutes`: of work.

    `metres`: from the ticket to where its photo was taken, where that is far; `why_far`: their
    sentence about it. `note`: what they wrote for staff.
    """

    outcome: str
    done_at: str | None = None
    minutes: int | None = None
    used: tuple[Used, ...] = ()
    metres: float | None = None
    why_far: str = ""


def with_used(work: Worked, used: Sequence[Used]) -> Worked:
    """The same with these materials."""
    return replace(work, used=tuple(used))


def with_minutes(work: Worked, minutes: int) -> Worked:
    """The same, and so long it took."""
    return replace(work, minutes=minutes)


@kind("taken_back", STAFF, told=False)
class TakenBack(Event):
    """What a crew told, and took back before anybody outside heard of it; where the ticket had gone
    (`to`), and is again (`back`). It stands where the move stood, with its note."""

    outcome: str
    to: str
    back: str


@kind("brought_back", STAFF, told=False)
class BroughtBack(Event):
    """What a crew found is for staff to decide."""

    outcome: str
    handed: Handed | None = field(default=None, metadata=SPREAD)
