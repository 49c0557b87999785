"""Processes of the Procfile, and a LINE on loopback, for figures that need the whole."""

import json
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from local.machine.processes import Program, end, launch
from settings import ROOT

_PROFILE: Final = {"displayName": "figures", "language": "ja"}


@contextmanager
def running(folder: Path, *words: str, **env: str) -> Iterator[int]:
    """`michi` with these words; its pid."""
    name = "-".join(words)
    michi = (sys.executable, "-c", "from cli.app import app; app()")
    program = Program(name, (*michi, *words), folder / f"{name}.log", os.environ | env, cwd=ROOT)
    process = launch(program)
    try:
        yield process.pid
    finally:
        end(process, program)


class Line:
    """LINE with one photo for every message; it takes note of replies."""

    def __init__(self, photo: bytes) -> None:
        self._told, theirs = multiprocessing.Pipe(duplex=False)
        self._process = multiprocessing.Process(target=_serve, args=(photo, theirs), daemon=True)
        self._answered: dict[str, float] = {}
        self._news = threading.Condition()

    def start(self) -> str:
        """Its address."""
        self._process.start()
        port = self._told.recv()
        threading.Thread(target=self._take_note, daemon=True).start()
        return f"http://127.0.0.1:{port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def answered(self, reply_token: str, patience: float = 30) -> float:
        """The moment (of time.monotonic) at which the reply came. Raises SystemExit."""
        with self._news:
            if not self._news.wait_for(lambda: reply_token in self._answered, patience):
                raise SystemExit("an event was not answered")
            return self._answered.pop(reply_token)

    def end(self) -> None:
        self._process.kill()
        self._process.join()

    def _take_note(self) -> None:
        while True:
            try:
                reply_token, at = self._told.recv()
            except (EOFError, OSError):
                return
            with self._news:
                self._answered[reply_token] = at
                self._news.notify_all()


@contextmanager
def line_with(photo: bytes) -> Iterator[Line]:
    """It runs within the block, and the settings of programs that start in it point to it."""
    line = Line(photo)
    address = line.start()
    os.environ |= {"LINE_API_URL": address, "LINE_DATA_API_URL": address}
    try:
        yield line
    finally:
        line.end()


def _serve(photo: bytes, told: Connection) -> None:
    """It sits elsewhere, so that here it gives way to whatever is measured."""
    os.nice(19)
    one_at_a_time = threading.Lock()

    class Platform(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.endswith("/content"):
                self._say(photo, "image/jpeg")
            elif "/profile/" in self.path:
                self._say(_json(_PROFILE | {"userId": self.path.rpartition("/")[2]}))
            else:
                self._say(_json({"type": "none", "totalUsage": 0}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if "replyToken" in body:
                with one_at_a_time:
                    told.send((body["replyToken"], time.monotonic()))
            sent = [{"id": f"{time.monotonic_ns()}"} for _ in body.get("messages", ())]
            self._say(_json({"sentMessages": sent}))

        def _say(self, body: bytes, media_type: str = "application/json") -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Platform) as server:
        told.send(server.server_port)
        server.serve_forever()


def _json(what: Any) -> bytes:
    return json.dumps(what).encode()
