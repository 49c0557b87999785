"""What a crew did or found at the place, and where its ticket goes with that. Pure."""

from enum import StrEnum
from typing import Final

from reports.tickets.status import Status


class Outcome(StrEnum):
    """As it stands in history; residents read `found.KEY` of their locale."""

    FIXED = "fixed"
    ALREADY_FIXED = "already_fixed"
    MADE_SAFE = "made_safe"
    NOT_FOUND = "not_found"
    NO_ACCESS = "no_access"
    BIGGER = "bigger"


GOES_TO: Final = {
    Outcome.FIXED: Status.FIXED,
    Outcome.ALREADY_FIXED: Status.FIXED,
    Outcome.MADE_SAFE: Status.MADE_SAFE,
    Outcome.NOT_FOUND: Status.INSPECTING,
    Outcome.NO_ACCESS: Status.SCHEDULED,
    Outcome.BIGGER: Status.SCHEDULED,
}
PROVED_BY_PHOTO: Final = frozenset({Outcome.FIXED, Outcome.ALREADY_FIXED})
NOT_CITYS: Final = "市の管理ではありません"
REASONS: Final = ("ほかの課の仕事です", NOT_CITYS)
"""Why a crew says that a ticket is not theirs, by its two buttons; staff read it."""
FOR_STAFF_TO_DECIDE: Final = frozenset({Outcome.NOT_FOUND, Outcome.BIGGER})
"""It is nobody's then, on top of the staff's list, and no more on the crew's."""
NEEDS_NO_MORE_WORDS: Final = frozenset({Outcome.FIXED, Outcome.MADE_SAFE})
"""The status alone says it."""
TELLS_IN_WORDS: Final = frozenset({Outcome.FIXED, Outcome.MADE_SAFE, Outcome.ALREADY_FIXED})
"""What the crew writes with it residents read; with the others it is for staff alone."""
