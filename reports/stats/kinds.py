"""What counts, as a closed set: the kinds of facts, the dimensions that they have, and how those
that open or end a ticket weigh. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """One row of `facts` each time: docs/numbers.md says of each which day it has."""

    RECEIVED = "received"
    LOOKED = "looked"
    MADE_SAFE = "made_safe"
    FIXED = "fixed"
    CLOSED = "closed"
    MERGED = "merged"
    REOPENED = "reopened"
    PARTED = "parted"
    RATED = "rated"
    DUE = "due"
    STANDING = "standing"
    PUSHED = "pushed"


DIMENSIONS: Final = (
    "category", "department", "district", "town", "owner", "channel", "section",
)  # fmt: skip
"""Of each fact, as they were then; "" where there is none. `section`: the key of a road's."""
OPENS: Final[Mapping[Kind, int]] = {
    Kind.RECEIVED: 1,
    Kind.REOPENED: 1,
    Kind.PARTED: 1,
    Kind.CLOSED: -1,
    Kind.MERGED: -1,
}
"""How many more are open after one of these."""
SPREADS: Final = (Kind.LOOKED, Kind.MADE_SAFE, Kind.FIXED)
"""Those of which is told how long they took."""
CHANNELS: Final = ("line", "telephone", "counter", "mail", "patrol", "open311")
"""By which way it was reported first."""
SATISFIED: Final = 4
"""Of five stars, so many or more."""
AGES: Final = (7, 30, 90, 180, 365)
"""Days: open ones are counted by the first of these that they are younger than, or beyond all."""


def age_of(days: int) -> int:
    """Which of the AGES that is, from 0; len(AGES): none."""
    return bisect_right(AGES, days)


def hours_of(minutes: int) -> int:
    """As durations are kept: whole hours within two days, from then on whole days, in hours."""
    return minutes // 60 if minutes < 2880 else minutes // 1440 * 24


HOURS: Final = "CASE WHEN f.minutes < 2880 THEN f.minutes / 60 ELSE f.minutes / 1440 * 24 END"
"""SQL over `facts f`: the same."""
