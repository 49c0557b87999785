"""Both ends of the platform for its tests: somebody who plays people, and a bot that listens."""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]
HOME = Path(__file__).parents[2]
"""The folder in which line_platform lies, whoever else lives there."""
MAPLIBRE = Path(os.environ.get("MAPLIBRE", HOME / "web/node_modules/maplibre-gl/dist"))
"""The map library, which may be there or not."""
SECRET = "a channel secret"
TOKEN = "an access token"


@dataclass
class Heard:
    """One webhook request as it came in."""

    body: bytes
    headers: dict[str, str]
    caller: tuple[str, int]

    @property
    def events(self) -> list[Json]:
        events: list[Json] = json.loads(self.body)["events"]
        return events


@dataclass
class Bot:
    """A bot server that keeps what it hears and answers as `respond` says: status, delay in s."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    respond: Callable[[int], tuple[int, float]] = lambda number: (200, 0.0)

    def forget(self) -> None:
        self.heard.clear()
        self.respond = lambda number: (200, 0.0)

    @property
    def events(self) -> list[Json]:
        return [event for heard in self.heard for event in heard.events]


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is part of the test."""


def listening(bot: Bot) -> ThreadingHTTPServer:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            bot.heard.append(Heard(body, headers, self.client_address))
            status, delay = bot.respond(len(bot.heard))
            time.sleep(delay)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = QuietServer(("127.0.0.1", 0), Door)
    bot.url = f"http://127.0.0.1:{server.server_port}/line/webhook"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@dataclass
class Platform:
    """The running platform: LINE's calls with our token, and the control calls."""

    addresses: dict[str, str]
    http: httpx.Client

    @property
    def api(self) -> str:
        return self.addresses["api"]

    def control(self, method: str, path: str, body: Json | None = None) -> Any:
        answer = self.http.request(method, f"{self.api}/_platform/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def order(self, call: str, /, **body: Any) -> Any:
        return self.control("POST", call, body)

    def look(self, path: str) -> Any:
        return self.control("GET", path)

    def people(self) -> list[str]:
        return [person["userId"] for person in self.look("people")]

    def act(self, person: str, act: str, **body: Any) -> list[Json]:
        events: list[Json] = self.order(f"people/{person}/{act}", **body)["events"]
        return events

    def photos(self, person: str, *photos: bytes, **form: str) -> list[Json]:
        files = [("files", (f"{n}.jpg", data, "image/jpeg")) for n, data in enumerate(photos)]
        url = f"{self.api}/_platform/people/{person}/photos"
        events: list[Json] = self.http.post(url, files=files, data=form).json()["events"]
        return events

    def settle(self) -> int:
        delivered: int = self.order("delivery/flush")["delivered"]
        return delivered

    def timeline(self, person: str, after: int = 0) -> list[Json]:
        entries: list[Json] = self.look(f"people/{person}/timeline?after={after}")
        return entries

    def line(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A call to LINE's API with the bearer token."""
        signed = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        content = None if body is None else json.dumps(body)
        return self.http.request(method, self.api + path, content=content, headers=signed | headers)

    def content(self, message_id: str) -> httpx.Response:
        url = f"{self.addresses['data']}/v2/bot/message/{message_id}/content"
        return self.http.get(url, headers={"authorization": f"Bearer {TOKEN}"})

    def push(self, to: str, *messages: Json, key: str | None = None) -> httpx.Response:
        headers = {"x-line-retry-key": key} if key else {}
        body = {"to": to, "messages": list(messages)}
        return self.line("POST", "/v2/bot/message/push", body, **headers)

    def reply(self, token: str, *messages: Json, **headers: str) -> httpx.Response:
        body = {"replyToken": token, "messages": list(messages)}
        return self.line("POST", "/v2/bot/message/reply", body, **headers)


def words(text: str = "はい") -> Json:
    return {"type": "text", "text": text}
