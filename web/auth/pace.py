"""How often somebody does something in a minute: counted in Redis, or in this process."""

import time
from threading import Lock
from typing import Final, NamedTuple

import redis
import structlog

from store.jobs import quick_redis

WINDOW_SECONDS: Final = 60
MOST_HERE: Final = 10_000
"""So many are counted in this process before those whose minute is over are forgotten."""
log = structlog.get_logger()


class Pace(NamedTuple):
    """`left`: how many more of `most` may come within `seconds`; less than none: this was one too
    many."""

    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft on RateLimit fields has them."""
        return {
            "RateLimit-Policy": f'"minute";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"minute";r={max(self.left, 0)};t={self.seconds}',
        }


def count(who: str, most: int, more: int = 1) -> Pace:
    """So many more questions of whoever is called so; their minute begins with the first."""
    many, seconds = _so_many_more(f"michi:{who}", more)
    return Pace(most, most - many, max(1, seconds))


def refused(who: str) -> int:
    """One more refusal of theirs; how many there were in this minute, which began with the first.
    `who`: a user's id, or the key or link that they come with."""
    return _so_many_more(f"michi:refused:{who}", 1)[0]


def _so_many_more(name: str, more: int) -> tuple[int, int]:
    """As of `_in_redis`."""
    try:
        return _in_redis(name, more)
    except redis.RedisError as away:
        log.warning("questions_counted_here", error=type(away).__name__)
        return _here(name, time.monotonic(), more)


def _in_redis(name: str, more: int) -> tuple[int, int]:
    """How many, and for how many seconds they count."""
    with quick_redis().pipeline() as asked:
        asked.set(name, 0, ex=WINDOW_SECONDS, nx=True)
        asked.incr(name, more)
        asked.ttl(name)
        _, many, seconds = asked.execute()
    if seconds < 0:  # the minute before ended between the first two
        quick_redis().expire(name, WINDOW_SECONDS)
    return many, seconds


def _here(who: str, now: float, more: int = 1) -> tuple[int, int]:
    with _lock:
        if len(_counted) >= MOST_HERE and who not in _counted:
            for over in [one for one, (ends, _) in _counted.items() if ends <= now] or [*_counted]:
                del _counted[over]
        ends, many = _counted.get(who, (0.0, 0))
        if ends <= now:
            ends, many = now + WINDOW_SECONDS, 0
        _counted[who] = ends, many + more
    return many + more, int(ends - now)


_lock: Final = Lock()
_counted: Final[dict[str, tuple[float, int]]] = {}
