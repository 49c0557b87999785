"""How long somebody waits who has tried wrong passwords: docs/decisions/0038. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """`free` wrong tries cost nothing; the wait after each further one doubles from a second up to
    `longest`. One is forgotten after every `leak`."""

    free: int
    longest: timedelta
    leak: timedelta

    def wait(self, wrong: int) -> timedelta:
        """After so many wrong tries."""
        beyond = wrong - self.free
        if beyond < 0:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=2 ** min(beyond, 20)))

    def left(self, wrong: int, since: timedelta) -> int:
        """How many still count so long after the last of them."""
        return max(0, wrong - max(0, since // self.leak))


DEVICE: Final = Pace(5, timedelta(minutes=15), timedelta(minutes=15))
"""Of one person in a browser that is known."""
PAIR: Final = Pace(5, timedelta(hours=1), timedelta(hours=1))
"""From one network for one name: some forty tries a day at the most."""
NETWORK: Final = Pace(30, timedelta(minutes=1), timedelta(minutes=1))
"""From one network for any names: an office has many people who mistype."""
NAME: Final = Pace(10, timedelta(minutes=2), timedelta(minutes=1))
"""For one name from anywhere."""
PLACE_KEPT: Final = timedelta(hours=1)
"""So long after its wait a network may still come with its first try for a name."""
RUSH: Final = timedelta(seconds=1)
"""From a network that has had its free tries, one is looked at in this time, whatever the names."""
LONGEST_FOR_A_NEWCOMER: Final = max(NETWORK.longest, NAME.longest)
"""Whoever comes from a network with no wrong tries for their name waits no longer, whatever others
do."""


def in_words(wait: timedelta) -> str:
    """「40 秒」「3 分」, rounded up."""
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    return f"{seconds} 秒" if seconds < 90 else f"{-(-seconds // 60)} 分"
