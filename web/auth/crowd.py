"""How often one network may ask without a key or a name: PUBLIC_PER_MINUTE.

All processes count together, in Redis; each takes a few places at once there, so that most
requests need no thread and no Redis. Who was told to wait hears so again from the same process at
once: those who do not listen cost next to nothing.
"""

import time
from threading import Lock
from typing import Final, NamedTuple, TypeVar

from settings import settings
from store.keyed import mac
from web.auth import pace
from web.auth.pace import Pace
from web.auth.throttle import network_of
from web.kit.errors import TooMany

MOST_KNOWN: Final = 10_000
"""Networks that have places here, or wait here."""
PARTS: Final = 100
"""A process takes one of so many parts of a minute's places at once."""


_T = TypeVar("_T")


class _Places(NamedTuple):
    """`left`: how many lie here; `until`: of time.monotonic."""

    left: int
    until: float


def has_place(address: str) -> bool:
    """Whether one more may ask, as far as this process knows without asking Redis; then a place
    is taken."""
    if not settings().public_per_minute:
        return True
    network = network_of(address)
    with _lock:
        places = _places.get(network)
        if places is None or places.until <= time.monotonic():
            return False
        _places[network] = _Places(places.left - 1, places.until)
        if places.left == 1:
            del _places[network]
    return True


def take_place(address: str) -> None:
    """The same by asking Redis. Raises TooMany, with Retry-After in seconds."""
    most = settings().public_per_minute
    if has_place(address):
        return
    network = network_of(address)
    step = max(1, most // PARTS)
    now = pace.count(f"open:{mac(f'open:{network}').hex()[:32]}", most, step)
    given = step + min(now.left, 0)
    until = time.monotonic() + now.seconds
    with _lock:
        if given < 1:
            _keep(_waiting, network, until)
            raise _too_many(now)
        if given > 1:
            _keep(_places, network, _with(_places.get(network), _Places(given - 1, until)))


def turn_away(address: str) -> None:
    """Raises TooMany where this process has told them to wait."""
    most, network = settings().public_per_minute, network_of(address)
    left = _waiting.get(network, 0.0) - time.monotonic()
    if most and left > 0:
        raise _too_many(Pace(most, -1, max(1, int(left))))
    _waiting.pop(network, None)


def forget() -> None:
    """Whoever waits here may ask again."""
    _waiting.clear()
    _places.clear()


def _with(known: _Places | None, more: _Places) -> _Places:
    """Both together: others of the network took theirs while this one asked Redis."""
    if known is None or known.until <= time.monotonic():
        return more
    return _Places(known.left + more.left, min(known.until, more.until))


def _too_many(now: Pace) -> TooMany:
    return TooMany(
        f"アクセスが多すぎます。{now.seconds}秒待って、もう一度お試しください。"
        f" / Too many requests. Please try again in {now.seconds} seconds.",
        reason="rate_limit",
        headers={"Retry-After": str(now.seconds), "Cache-Control": "no-store", **now.headers},
    )


def _keep(known: dict[str, _T], network: str, told: _T) -> None:
    if network not in known and len(known) >= MOST_KNOWN:
        known.clear()
    known[network] = told


_lock: Final = Lock()
_places: Final[dict[str, _Places]] = {}
_waiting: Final[dict[str, float]] = {}
"""Until when (of time.monotonic) a network has to wait."""
