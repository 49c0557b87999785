"""The LINE platform on loopback for the room tests, and how they make Michi speak to it."""

from dataclasses import dataclass
from typing import Any

import httpx
from townsfolk import resident, rows

from bot.delivery import send_due
from reports.outbox import kinds, residents
from store.database import transaction

Json = dict[str, Any]
PUSH = "/v2/bot/message/push"


@dataclass
class Line:
    """The LINE platform on loopback: orders to it, and what it has heard."""

    api: str
    http: httpx.Client

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
        return [entry["message"]["text"] for entry in entries]


def known(who: str, **facts: Any) -> None:
    """Somebody who has written to us before."""
    with transaction() as db:
        resident(db, who, **facts)


def push(who: str, *keys: str) -> None:
    """These texts of the locale, in one push."""
    with transaction() as db:
        residents.push(db, [who], [kinds.Text(key=key) for key in keys])


def send() -> None:
    """Everything is said now that waits for its time."""
    rows("UPDATE messages SET due_at = now() WHERE state = 'waiting'")
    send_due()


def states() -> list[str]:
    """How far each message came."""
    return [row.state for row in rows("SELECT state FROM messages ORDER BY id")]
