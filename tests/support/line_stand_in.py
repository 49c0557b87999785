"""Somebody on loopback who answers LINE's calls as a test says, also as LINE never would."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.line import tokens
from settings import settings

NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9",
    "PHOTO_STORE_URL": "file:///nowhere",
    "PUBLIC_URL": "http://127.0.0.1:9",
    "SECRET_KEY": "a key for tests that is long enough",
    "LINE_CHANNEL_SECRET": "a channel secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "a token",
}


@dataclass
class StandIn:
    """What is answered to every call, and the calls: method, path and headers (lower case)."""

    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Iterator[bytes] | bytes = b"{}"
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    knows: set[str] | None = None
    """The tokens that it takes; None: any."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is part of the test."""


@contextmanager
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """This process's LINE until the block ends; the rest of its settings leads nowhere."""
    with _answering() as line:
        addresses = {"LINE_API_URL": line.url, "LINE_DATA_API_URL": line.url}
        for name, value in (NOWHERE | addresses).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        tokens._refused.clear()
        yield line
    settings.cache_clear()


@contextmanager
def _answering() -> Iterator[StandIn]:
    line = StandIn()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            line.heard.append((self.command, self.path, headers))
            if not line.status:
                return
            token = headers.get("authorization", "").removeprefix("Bearer ")
            is_known = line.knows is None or token in line.knows
            self.send_response(line.status if is_known else 401)
            for name, value in line.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for part in [line.body] if isinstance(line.body, bytes) else line.body:
                self.wfile.write(part)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with _Quiet(("127.0.0.1", 0), Answering) as server:
        line.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield line
        server.shutdown()
