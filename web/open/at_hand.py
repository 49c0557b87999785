"""What was asked for just now is answered again before a route is looked for.

To find a route among hundreds and to check anew what is in its address takes longer than to give
an answer that lies here (docs/decisions/0059).
"""

import time
from collections import OrderedDict
from typing import Any, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web.auth import crowd
from web.open.answers import ASKED, Asked, at_hand

ROOMS: Final = ("/open", "/ogc")
"""What addresses of the public begin with."""
HANGS_ON: Final = (b"accept", b"accept-language")
"""The headers of which answers of these rooms are made, beside what `answers` reads itself."""
WITH_A_KEY: Final = b"authorization"
MOST: Final = 2_000
SECONDS: Final = 60.0
"""After that a route is looked for anew: what it asks of `answers` may hang on the clock."""

_Key = tuple[str, bytes, tuple[tuple[bytes, bytes], ...]]


class _Known(NamedTuple):
    """`route`: as the scope has it, for who counts and times; `until`: of time.monotonic."""

    asked: Asked
    route: Any
    until: float


class AtHand:
    """ASGI middleware, to stand inside of all others. Whoever has no place at hand by their limit
    goes the whole way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known: OrderedDict[_Key, _Known] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            return await self._app(scope, receive, send)
        known = self._known.get(key)
        if known is not None and known.until > time.monotonic():
            answer = at_hand(known.asked, Headers(scope=scope))
            if answer is not None and crowd.has_place(_address(scope)):
                scope["route"] = known.route
                return await answer(scope, receive, send)
        await self._app(scope, receive, send)
        if (asked := scope.get(ASKED)) is not None:
            self._keep(key, _Known(asked, scope.get("route"), time.monotonic() + SECONDS))

    def _keep(self, key: _Key, known: _Known) -> None:
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


def _key(scope: Scope) -> _Key | None:
    """Of a request whose answer hangs on nothing else; None for others. A header that is said twice
    is in it twice: a route reads but one of them."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(ROOMS):
        return None
    if any(name == WITH_A_KEY for name, _ in scope["headers"]):
        return None
    told = tuple((name, said) for name, said in scope["headers"] if name in HANGS_ON)
    return scope["path"], scope["query_string"], told


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""
