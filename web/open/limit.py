"""How often one network may ask for what everybody may see: PUBLIC_PER_MINUTE.

All processes count together, in Redis. Who was told to wait hears so again from the same process at
once, without a thread or Redis: those who do not listen cost next to nothing.
"""

import time
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from fastapi import Depends, Request

from settings import settings
from store.keyed import mac
from web.auth import pace
from web.auth.pace import Pace
from web.auth.throttle import network_of
from web.kit.errors import TooMany
from web.open.turns import turns

MOST_WAITING: Final = 10_000


async def limited(request: Request) -> None:
    """What every public route depends on. Raises TooMany, with Retry-After in seconds."""
    most = settings().public_per_minute
    if not most:
        return
    network = network_of(request.client.host if request.client else "")
    now = _waits(network, most)
    if now is None:
        who = f"open:{mac(f'open:{network}').hex()[:32]}"
        now = await run_sync(partial(pace.count, who, most), limiter=turns())
    if now.left < 0:
        _keep_waiting(network, now.seconds)
        raise TooMany(
            f"アクセスが多すぎます。{now.seconds}秒待って、もう一度お試しください。"
            f" / Too many requests. Please try again in {now.seconds} seconds.",
            reason="rate_limit",
            headers={"Retry-After": str(now.seconds), "Cache-Control": "no-store", **now.headers},
        )


Limited: Final = Depends(limited)
"""For `Router(dependencies=[Limited])`."""
_waiting: Final[dict[str, float]] = {}
"""Until when (of time.monotonic) a network has to wait."""


def _waits(network: str, most: int) -> Pace | None:
    left = _waiting.get(network, 0.0) - time.monotonic()
    if left > 0:
        return Pace(most, -1, max(1, int(left)))
    _waiting.pop(network, None)
    return None


def forget() -> None:
    """Whoever waits here may ask again."""
    _waiting.clear()


def _keep_waiting(network: str, seconds: int) -> None:
    if network in _waiting:
        return
    if len(_waiting) >= MOST_WAITING:
        _waiting.clear()
    _waiting[network] = time.monotonic() + seconds
