"""Connections to the bot's door, kept open between webhooks.

Small on purpose: a general client spends more time on its pool than the bot on its answer, and
then the 2 seconds measured would be ours (200 to 400 requests a second instead of thousands).
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, urlsplit

import httptools

IDLE_S = 2.0
PORTS = {"http": 80, "https": 443}


class Doorstep(asyncio.Protocol):
    """One connection; one request on it at a time."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[int] | None = None
        self.status = 0
        self.stays_open = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self._fail(ConnectionError(f"not HTTP: {problem}"))
            self.hang_up()

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        self.stays_open = self.parser.should_keep_alive()

    def on_message_complete(self) -> None:
        if self.status >= 200 and self.answer and not self.answer.done():
            self.answer.set_result(self.status)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer without a length is complete when the bot hangs up."""
        if exc is None and self.status >= 200 and not self.stays_open:
            self.on_message_complete()
        self._fail(exc or ConnectionError("the bot hung up without an answer"))
        self.transport = None

    async def ask(self, request: bytes) -> int:
        """Send one whole request; its status. Raises OSError when there is no answer."""
        if self.transport is None:
            raise ConnectionError("the bot hung up before it was asked")
        self.status, self.answer = 0, asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def hang_up(self) -> None:
        if self.transport:
            self.transport.abort()

    def _fail(self, problem: Exception) -> None:
        if self.answer and not self.answer.done():
            self.answer.set_exception(problem)


@dataclass
class Doorsteps:
    """The idle connections, by address."""

    idle: dict[str, list[Doorstep]] = field(default_factory=dict)


async def post(doorsteps: Doorsteps, url: str, headers: dict[str, str], body: bytes) -> int:
    """POST and give the status; raises OSError or ValueError when there is none."""
    where = urlsplit(url)
    request = _request(where, headers, body)
    step = _idle(doorsteps, where.netloc) or await _open(where)
    try:
        status = await step.ask(request)
    except BaseException:
        step.hang_up()
        raise
    _keep(doorsteps, where.netloc, step)
    return status


def hang_up(doorsteps: Doorsteps) -> None:
    for steps in doorsteps.idle.values():
        for step in steps:
            step.hang_up()
    doorsteps.idle.clear()


def _request(where: SplitResult, headers: dict[str, str], body: bytes) -> bytes:
    path = (where.path or "/") + (f"?{where.query}" if where.query else "")
    whole = {"host": where.netloc, **headers, "content-length": str(len(body))}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in whole.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _idle(doorsteps: Doorsteps, address: str) -> Doorstep | None:
    """The freshest idle connection that both ends still hold; older ones are hung up."""
    steps = doorsteps.idle.get(address, [])
    while steps:
        step = steps.pop()
        fresh = time.monotonic() - step.idle_since < IDLE_S
        if fresh and step.transport and not step.transport.is_closing():
            return step
        step.hang_up()
    return None


async def _open(where: SplitResult) -> Doorstep:
    if where.scheme not in PORTS or not where.hostname:
        raise ValueError("the webhook address is not an http or https URL")
    _, step = await asyncio.get_running_loop().create_connection(
        Doorstep,
        where.hostname,
        where.port or PORTS[where.scheme],
        ssl=True if where.scheme == "https" else None,
    )
    return step


def _keep(doorsteps: Doorsteps, address: str, step: Doorstep) -> None:
    if step.stays_open and step.transport:
        step.idle_since = time.monotonic()
        doorsteps.idle.setdefault(address, []).append(step)
    else:
        step.hang_up()
