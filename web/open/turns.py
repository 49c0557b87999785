"""What is read for strangers takes none of the threads that staff's pages have."""

from typing import Final

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

AT_ONCE: Final = 2
_TURNS: Final[RunVar[CapacityLimiter]] = RunVar("turns of the public")
"""A limiter belongs to the event loop in which it is used first: each loop has its own."""


def turns() -> CapacityLimiter:
    """So many of the public are read for at once in this process; others wait for their turn."""
    found = _TURNS.get(None)
    if found is None:
        found = CapacityLimiter(AT_ONCE)
        _TURNS.set(found)
    return found
