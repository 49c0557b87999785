"""When a call that was not taken is tried again, and when no more. Pure."""

from datetime import timedelta
from typing import Final

TRIED_FOR: Final = timedelta(days=3)
_SECONDS: Final = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800)
"""After so many tries; from then on the last. The longest is a third of a day."""
_DOWN: Final = frozenset({408, 425, 429, *range(500, 600)})
GONE: Final = 410
LONGEST_ASKED_SECONDS: Final = 3_600


def wait(tries: int) -> timedelta:
    """After this many tries that failed."""
    return timedelta(seconds=_SECONDS[min(max(tries, 1), len(_SECONDS)) - 1])


def is_taken(status: int) -> bool:
    """What Standard Webhooks calls a success."""
    return 200 <= status < 300


def is_down(status: int | None) -> bool:
    """Whether it is the endpoint that fails, and not this one call; None: it has not answered."""
    return status is None or status in _DOWN


def asked_wait(retry_after: str) -> timedelta:
    """What an endpoint asks for, in seconds; at most an hour, and nothing where it says a date."""
    is_number = retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 7
    asked = int(retry_after) if is_number else 0
    return timedelta(seconds=min(asked, LONGEST_ASKED_SECONDS))
