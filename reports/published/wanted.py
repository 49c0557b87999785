"""Which public tickets somebody wants, in which order, and where a page begins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from reports.published.shape import PublicTicket


class Order(StrEnum):
    """Newest and oldest by when they were received, latest and changes by their last change
    (`changes`: the first one first, for whoever keeps a copy)."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LATEST = "latest"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """Each that is given narrows; an empty list finds nothing. `bbox`: west, south, east, north in
    degrees. Moments: from included, until not. `q`: a number, or part of a town or a road."""

    states: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    categories: Sequence[str] | None = None
    owners: Sequence[str] | None = None
    towns: Sequence[str] | None = None
    numbers: Sequence[str] | None = None
    bbox: tuple[float, float, float, float] | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    changed_from: datetime | None = None
    changed_until: datetime | None = None
    closed_from: datetime | None = None
    closed_until: datetime | None = None
    q: str | None = None


class After(NamedTuple):
    """The last line of the page before: when it was received and its number, or its version."""

    received_at: datetime | None = None
    number: str = ""
    version: int = 0


EVERYTHING: Final = PublicFilter()


def after(ticket: PublicTicket) -> After:
    """Where the page after this ticket begins, in whichever order."""
    return After(ticket.received_at, ticket.number, ticket.version)
