"""How long answers take, by the route's template: an address itself may hold a person's number."""

from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store import traces
from store.metrics import HTTP

NO_ROUTE: Final = "none"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Timed:
    """ASGI middleware, to stand around all pages; LINE's web hook times itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, status = perf_counter(), 500

        async def say(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        with traces.span(method, "server") as span:
            try:
                await self._app(scope, receive, say)
            finally:
                route = template_of(scope)
                HTTP.observe(perf_counter() - began, route, f"{status // 100}xx")
                traces.tell(span, http_route=route, http_response_status_code=status)
                if span is not None:
                    span.update_name(f"{method} {route}")


def template_of(scope: Scope) -> str:
    """Such as "/staff/tickets/{number}"; NO_ROUTE where nothing is."""
    return getattr(scope.get("route"), "path", None) or NO_ROUTE
