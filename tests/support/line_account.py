"""A LINE platform on loopback and a door for its webhooks, for what Michi does to its account."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from local.day.town import FRESH
from settings import ROOT

Json = dict[str, Any]
SECRET = "a channel secret"
TOKEN = "an access token"


@dataclass
class Door:
    """Answers webhooks as `respond` says (status, delay in s), and keeps the headers."""

    url: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)
    respond: Callable[[], tuple[int, float]] = lambda: (200, 0.0)


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is part of the test."""


@contextmanager
def open_door() -> Iterator[Door]:
    """A door on a free port."""
    door = Door()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            door.heard.append({name.lower(): value for name, value in self.headers.items()})
            status, delay = door.respond()
            time.sleep(delay)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with _QuietServer(("127.0.0.1", 0), Answering) as server:
        door.url = f"http://127.0.0.1:{server.server_port}/line/webhook"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield door
        server.shutdown()


@dataclass
class Platform:
    """The running platform: LINE's calls with our token, and orders to it."""

    addresses: dict[str, str]
    http: httpx.Client

    @property
    def api(self) -> str:
        return self.addresses["api"]

    def order(self, call: str, **body: Any) -> Any:
        answer = self.http.post(f"{self.api}/_platform/{call}", json=body)
        return answer.raise_for_status().json()

    def people(self) -> list[str]:
        """Everybody's user id; the first speaks Japanese, the second English."""
        people = self.http.get(f"{self.api}/_platform/people").json()
        return [person["userId"] for person in people]

    def menu_of(self, person: str) -> Json:
        """The menu that this person sees."""
        menu: Json = self.http.get(f"{self.api}/_platform/people/{person}/richmenu").json()
        return menu

    def line(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        """A call to LINE's API with the bearer token."""
        signed = {"authorization": f"Bearer {TOKEN}"}
        return self.http.request(method, self.api + path, json=body, headers=signed)


@contextmanager
def started(webhook: str) -> Iterator[Platform]:
    """A platform that calls this address."""
    keys = ["--webhook", webhook, "--channel-secret", SECRET, "--access-token", TOKEN]
    command = [sys.executable, "-m", "line_platform", *keys]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    with (
        process,
        httpx.Client(timeout=30, trust_env=False, limits=FRESH) as http,
    ):
        assert process.stdout
        yield Platform(json.loads(process.stdout.readline()), http)
        process.terminate()
