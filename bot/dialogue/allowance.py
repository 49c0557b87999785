"""How much one person may send within an hour, and has sent, so that one holds up nobody. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from pydantic import AwareDatetime

What = Literal["photos", "drafts", "tickets"]


@dataclass(frozen=True, slots=True)
class Limits:
    """So many of each within an hour; 0 for any number."""

    photos: int = 0
    drafts: int = 0
    tickets: int = 0

    def of(self, what: What) -> int:
        return {"photos": self.photos, "drafts": self.drafts, "tickets": self.tickets}[what]


@dataclass(frozen=True, slots=True)
class Hour:
    """What one person has sent `since` then, and of which limits they were told."""

    since: AwareDatetime
    photos: int = 0
    drafts: int = 0
    tickets: int = 0
    told: tuple[What, ...] = ()

    def count(self, what: What) -> int:
        return {"photos": self.photos, "drafts": self.drafts, "tickets": self.tickets}[what]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What this person may send in the hour that is over in so many `minutes`."""

    limits: Limits
    hour: Hour
    minutes: int

    def is_used_up(self, what: What) -> bool:
        """Whether no more of it is taken within this hour."""
        return 0 < self.limits.of(what) <= self.hour.count(what)


ANY_NUMBER: Final = Allowance(Limits(), Hour(datetime.min.replace(tzinfo=UTC)), 0)
"""Where nothing is limited."""
