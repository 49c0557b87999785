"""How `michi web` listens: whom it believes about addresses, and how a request must come.

uvicorn alone waits for ever for the rest of a request, and takes a head of any size.
"""

import asyncio
from typing import Any, Final, Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from settings import Settings

SWITCH_SECONDS: Final = 0.001
"""A web hook waits for each page that is being made at most so long, where Python takes 5 ms."""
HEAD_BYTES: Final = 32 * 1024
HEAD_SECONDS: Final = 10.0
SILENT_SECONDS: Final = 20.0
BODY_SECONDS: Final = 300.0
"""The largest body, a crew's four photos, comes within that over half a megabit a second."""
UNREAD_SECONDS: Final = 60.0
"""So long an answer is kept of which nothing more is taken."""


def options(given: Settings) -> dict[str, Any]:
    """What uvicorn is told besides where it listens."""
    return {
        "http": Door,
        "ws": "none",
        "log_level": "warning",
        "access_log": False,
        "proxy_headers": True,
        "server_header": False,
        "forwarded_allow_ips": given.trusted_proxies.split(",") if given.trusted_proxies else [],
    }


class Door(HttpToolsProtocol):
    """A connection that ends when a request on it comes too slowly, or with too large a head.

    What is read now: a head, a body, or nothing while an answer is made or a next request may come.
    It ends as well when nobody reads its answer, and what follows a body (trailers) is left out.
    """

    _reads: Literal["head", "body", ""] = ""
    _head_bytes = 0
    _bytes_beside = 0
    """Since the last piece of a body: marks of chunks, and what follows the last of them."""
    _unread = 0
    _is_too_large = False
    _until = _heard = 0.0
    _watch: asyncio.TimerHandle | None = None
    _watch_of_reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect("head", HEAD_SECONDS)
        self._look_who_reads()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect("")
        if self._watch_of_reader:
            self._watch_of_reader.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._reads:
            self._expect("head", HEAD_SECONDS)
        if self._reads == "head":
            self._head_bytes += len(data)
        self._bytes_beside += len(data)
        self._heard = self.loop.time()
        super().data_received(data)
        beside = {"head": self._head_bytes, "body": self._bytes_beside, "": 0}
        if beside[self._reads] > HEAD_BYTES:
            self._refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._reads:
            self._expect("head", HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._reads != "body":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES:
            self._is_too_large = True
            raise _TooLarge  # the parser stops, and has it answered
        super().on_headers_complete()
        self._expect("body", BODY_SECONDS)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._bytes_beside = 0

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._expect("")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._unread = 0

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP, or its head was too large."""
        self._refuse(431 if self._is_too_large else 400)

    def _expect(self, what: Literal["head", "body", ""], seconds: float = 0) -> None:
        if self._watch:
            self._watch.cancel()
        self._reads, self._head_bytes, self._watch = what, 0, None
        self._bytes_beside = 0
        if what:
            self._heard = self.loop.time()
            self._until = self._heard + seconds
            self._look_again()

    def _look_again(self) -> None:
        until = self._until
        if self._reads == "body":
            until = min(until, self._heard + SILENT_SECONDS)
        self._watch = self.loop.call_at(until, self._look)

    def _look(self) -> None:
        """Whether it has come too slowly: not where it was we who did not read, or still answer."""
        now = self.loop.time()
        answers = self.cycle is not None and not self.cycle.response_complete
        if self.flow.read_paused or (answers and self._reads == "head"):
            self._heard, self._until = now, max(self._until, now + HEAD_SECONDS)
        is_late = now >= self._until or now >= self._heard + SILENT_SECONDS
        if is_late:
            self._refuse(408)
        else:
            self._look_again()

    def _look_who_reads(self) -> None:
        """Each answer is written whole, so that what is left of it grows less while it is read."""
        before, self._unread = self._unread, self.transport.get_write_buffer_size()
        if 0 < before <= self._unread:
            self.transport.abort()
        else:
            self._watch_of_reader = self.loop.call_later(UNREAD_SECONDS, self._look_who_reads)

    def _refuse(self, status: int) -> None:
        """Said where a request has begun and nothing was answered to it; the connection ends."""
        if self.transport.is_closing():
            return
        answered = self._reads == "body" and self.cycle.response_started
        if self._head_bytes or (self._reads == "body" and not answered):
            why = _WHY[status].encode()
            head = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            length = b"content-length: %d\r\n\r\n" % len(why)
            self.transport.write(STATUS_LINE[status] + head + length + why)
        self.transport.close()


class _TooLarge(Exception):
    """A head of more than HEAD_BYTES."""


_WHY: Final = {
    400: "HTTP の要求として読めません。 / This is no HTTP request.\n",
    408: "時間内に届きませんでした。 / The request did not come in time.\n",
    431: "ヘッダーが大きすぎます。 / The request's headers are too large.\n",
}
