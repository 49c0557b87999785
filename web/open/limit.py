"""What every public page and file depends on: one network may ask so often (`web.auth.crowd`)."""

from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from fastapi import Depends, Request

from web.auth import crowd
from web.open.turns import turns


async def limited(request: Request) -> None:
    """Raises TooMany, with Retry-After in seconds."""
    address = request.client.host if request.client else ""
    crowd.turn_away(address)
    if not crowd.has_place(address):
        await run_sync(partial(crowd.take_place, address), limiter=turns())


Limited: Final = Depends(limited)
"""For `Router(dependencies=[Limited])`."""
