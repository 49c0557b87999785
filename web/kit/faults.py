"""What nobody expected: logged by its kind and place, answered kindly, and kept from the server.

The server would print what an exception says, which may be a resident's words, place or token.
"""

from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.kit.app import SafeHeaders, refused

FAULT: Final = (500, "システムの誤りのため、処理できませんでした。管理者に知らせてください。")

log = structlog.get_logger()


class Faults:
    """ASGI middleware, to stand before all others. An answer that has begun is broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = False

        async def say(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, say)
        except ClientDisconnect:
            return  # who sent it has gone, and nobody is at fault
        except Exception:
            log.exception("fault")
            if not begun:
                await SafeHeaders(refused(Request(scope), *FAULT))(scope, receive, send)
