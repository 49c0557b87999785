"""How often a program may ask in a minute: counted in Redis, where it is away in this process."""

import time
from threading import Lock
from typing import Final, NamedTuple

import redis
import structlog

from store.jobs import quick_redis

WINDOW_SECONDS: Final = 60
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


def count(key_id: int, most: int) -> Pace:
    """One more question with this key; its minute begins with the first."""
    try:
        many, seconds = _in_redis(f"michi:key:{key_id}")
    except redis.RedisError as away:
        log.warning("keys_counted_here", error=type(away).__name__)
        many, seconds = _here(key_id, time.monotonic())
    return Pace(most, most - many, max(1, seconds))


def _in_redis(name: str) -> tuple[int, int]:
    """How many, and for how many seconds they count."""
    with quick_redis().pipeline() as asked:
        asked.set(name, 0, ex=WINDOW_SECONDS, nx=True)
        asked.incr(name)
        asked.ttl(name)
        _, many, seconds = asked.execute()
    if seconds < 0:  # the minute before ended between the first two
        quick_redis().expire(name, WINDOW_SECONDS)
    return many, seconds


def _here(key_id: int, now: float) -> tuple[int, int]:
    with _lock:
        ends, many = _counted.get(key_id, (0.0, 0))
        if ends <= now:
            ends, many = now + WINDOW_SECONDS, 0
        _counted[key_id] = ends, many + 1
    return many + 1, int(ends - now)


_lock: Final = Lock()
_counted: Final[dict[int, tuple[float, int]]] = {}
