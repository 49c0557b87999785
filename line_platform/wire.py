"""The TCP connections themselves, so that one can be torn while a request is answered."""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_open: dict[tuple[str, int], asyncio.Transport] = {}
_NO_LINGER = struct.pack("ii", 1, 0)


class Wire(HttpToolsProtocol):
    """uvicorn's protocol that remembers its transport by the caller's address."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client:
            _open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client:
            _open.pop(self.client, None)
        super().connection_lost(exc)


async def reset(scope: Scope, receive: Receive) -> None:
    """Tear the connection of this request with a TCP reset; the caller reads no answer."""
    transport = _open[tuple(scope["client"])]
    plug: Any = transport.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await until_gone(receive)


async def until_gone(receive: Receive) -> None:
    """Answer nothing; the caller hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
