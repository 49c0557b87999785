"""The LINE platform on loopback for the room tests, and how they make Michi speak to it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from townsfolk import resident, rows, value

from bot.delivery import send_due
from reports.outbox import kinds, residents
from reports.outbox.say import Say
from store.database import transaction

Json = dict[str, Any]
PUSH = "/v2/bot/message/push"
REPLY = "/v2/bot/message/reply"


@dataclass
class Door:
    """Answers LINE's webhooks with `status`, and keeps their events."""

    url: str = ""
    events: list[Json] = field(default_factory=list)
    status: int = 200


@contextmanager
def open_door() -> Iterator[Door]:
    """A door on a free port."""
    door = Door()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            door.events += json.loads(body)["events"]
            self.send_response(door.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        door.url = f"http://127.0.0.1:{server.server_port}/line/webhook"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield door
        server.shutdown()


@dataclass
class Line:
    """The LINE platform on loopback: orders to it, and what it has heard."""

    api: str
    http: httpx.Client
    door: Door

    def order(self, call: str, **body: Any) -> Json:
        answer = self.http.post(f"{self.api}/_platform/{call}", json=body).raise_for_status()
        found: Json = answer.json()
        return found

    def change(self, who: str, **facts: Any) -> None:
        url = f"{self.api}/_platform/people/{who}"
        self.http.patch(url, json=facts).raise_for_status()

    def somebody(self, **facts: Any) -> str:
        return str(self.order("people", name="はるか", **facts)["userId"])

    def asked(self) -> list[Json]:
        """Every push and reply that reached LINE's door."""
        found: list[Json] = self.http.get(f"{self.api}/_platform/sent").json()
        return found

    def words(self, who: str) -> list[str]:
        """What this person reads."""
        entries = self.http.get(f"{self.api}/_platform/people/{who}/timeline").json()
        said = [entry["message"] for entry in entries if entry["from"] == "bot"]
        return [message.get("text") or message["altText"] for message in said]

    def buttons(self, who: str) -> str:
        """All that this person can press, as our webhook would hear it."""
        entries = self.http.get(f"{self.api}/_platform/people/{who}/timeline").json()
        return " ".join(_data_in([entry["message"] for entry in entries]))

    def token(self, who: str) -> str:
        """A reply token that lives for a minute: they have just written."""
        self.order(f"people/{who}/text", text="はい")
        self.order("delivery/flush")
        return str(self.door.events[-1]["replyToken"])


def known(who: str, **facts: Any) -> None:
    """Somebody who has written to us before."""
    with transaction() as db:
        resident(db, who, **facts)


def push(who: str, *keys: str) -> None:
    """These texts of the locale, in one push."""
    with transaction() as db:
        residents.push(db, [who], [kinds.Text(key=key) for key in keys])


def answer(who: str, *say: Say, token: str | None = "a token", redelivered: bool = False) -> int:
    """What is to be said to something they have just done; the message's id."""
    raw = {"deliveryContext": {"isRedelivery": redelivered}}
    event = value(
        "INSERT INTO inbox (key, person, occurred_at, done_at, raw) SELECT gen_random_uuid(), :who,"
        " now(), now(), CAST(:raw AS jsonb) RETURNING id",
        who=who,
        raw=json.dumps(raw),
    )
    with transaction() as db:
        residents.answer(
            db,
            recipient=who,
            event_id=event,
            say=say,
            reply_token=token,
            reply_until=value("SELECT now() + interval '50 s'"),
        )
    made: int = value("SELECT id FROM messages WHERE event_id = :event", event=event)
    return made


def send() -> None:
    """Everything is said now that waits for its time."""
    rows("UPDATE messages SET due_at = now() WHERE state = 'waiting'")
    send_due()


def states() -> list[str]:
    """How far each message came."""
    return [row.state for row in rows("SELECT state FROM messages ORDER BY id")]


def _data_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["data"]] if part.get("type") == "postback" else []
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from _data_in(inner)
