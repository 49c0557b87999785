"""Whether the public may see a ticket now, and if not, why. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reports.city.opened import Opened
from reports.tickets.status import Status


class Why(StrEnum):
    """What keeps it back; the first that holds is told."""

    SWITCH = "switch"
    KIND = "kind"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    NOT_LOOKED_AT = "not looked at"
    TOO_YOUNG = "too young"


@dataclass(frozen=True, slots=True)
class Kept:
    """`until`: when the reason ends by itself."""

    why: Why
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides of a ticket. `held`: staff keep this one back; `withdrawn`: whoever reported it
    took it back; `looked_at`: when people of the city first did something to it."""

    category: str
    status: Status
    held: bool
    withdrawn: bool
    received_at: datetime
    looked_at: datetime | None


def kept(ticket: Standing, city: Opened, now: datetime) -> Kept | None:
    """None: it is public."""
    due = ticket.received_at + timedelta(hours=city.after_hours)
    reasons = {
        Why.SWITCH: not city.shown,
        Why.KIND: ticket.category in city.kept_back,
        Why.HELD: ticket.held,
        Why.WITHDRAWN: ticket.withdrawn,
        Why.MERGED: ticket.status is Status.MERGED,
        Why.NOT_LOOKED_AT: city.after_looking and ticket.looked_at is None,
        Why.TOO_YOUNG: due > now,
    }
    why = next((why for why, holds in reasons.items() if holds), None)
    return Kept(why, due if why is Why.TOO_YOUNG else None) if why else None
