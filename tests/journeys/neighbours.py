"""Residents as the journeys play them: what they do with their phones, what they read."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from PIL import Image

from local.stack import Stack

Row = dict[str, Any]
ON_CITY_ROAD = (139.522910, 35.694455)
OUTSIDE = (139.46, 35.70)
CALM = {
    "batch_ms": 0,
    "shuffle": False,
    "duplicates": 0.0,
    "redeliver": False,
    "drop": 0.0,
    "hold": False,
    "mode": "active",
}


def jpeg(size: tuple[int, int] = (1200, 900), exif: Image.Exif | None = None) -> bytes:
    """A photo of a plain road."""
    out = io.BytesIO()
    Image.new("RGB", size, (90, 92, 96)).save(out, "JPEG", exif=exif or Image.Exif())
    return out.getvalue()


def until(is_so: Callable[[], Any], seconds: float = 30) -> Any:
    """What `is_so` gives as soon as it gives something; AssertionError when it never does."""
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
    return found


@dataclass
class Town:
    """The stack, its LINE platform and its database."""

    michi: Stack
    database: psycopg.Connection[Row]

    def line(self, path: str, **body: Any) -> Any:
        """One of the platform's control calls."""
        answer = httpx.post(f"{self.michi.line_api}/_platform/{path}", timeout=30, **body)
        return answer.raise_for_status().json() if answer.content else None

    def calm(self) -> None:
        """LINE as on a good day."""
        self.line("delivery", json=CALM)

    def somebody(self, name: str, language: str | None, **more: Any) -> "Neighbour":
        """A new resident."""
        person = self.line("people", json={"name": name, "language": language, **more})
        return Neighbour(self, person["userId"])

    def rows(self, query: str, *values: Any) -> list[Row]:
        """What the database holds."""
        return self.database.execute(query, values).fetchall()  # type: ignore[arg-type]

    def sent(self, user_id: str) -> list[Row]:
        """Pushes to this person that reached LINE's door, whatever became of them."""
        found = httpx.get(f"{self.michi.line_api}/_platform/sent").json()
        return [call for call in found if call["body"].get("to") == user_id]


@dataclass
class Neighbour:
    """One resident's phone."""

    town: Town
    user_id: str

    def does(self, what: str, **body: Any) -> list[Row]:
        """One action; gives its events."""
        body = body or {"json": {}}
        events: list[Row] = self.town.line(f"people/{self.user_id}/{what}", **body)["events"]
        return events

    def says(self, words: str) -> list[Row]:
        return self.does("text", json={"text": words})

    def sends_photos(self, *photos: bytes, content: Row | None = None) -> list[Row]:
        files = [("files", (f"{i}.jpg", data, "image/jpeg")) for i, data in enumerate(photos)]
        form = {"content": json.dumps(content)} if content else {}
        return self.does("photos", files=files, data=form)

    def sends_place(self, lon: float, lat: float) -> list[Row]:
        return self.does("location", json={"longitude": lon, "latitude": lat})

    def taps(self, label: str) -> list[Row]:
        """The quick reply whose words end so, of the last message that has one."""
        for entry in reversed(self.heard()):
            for item in entry["message"].get("quickReply", {}).get("items", []):
                found = item["action"]["label"]
                if found.endswith(label):
                    return self.does("tap", json={"messageId": entry["messageId"], "label": found})
        raise AssertionError(f"no button {label}")

    def reports(self, place: tuple[float, float] = ON_CITY_ROAD) -> str:
        """A whole report, photo, place and tap; gives the ticket's number."""
        for act in (lambda: self.sends_photos(jpeg()), lambda: self.sends_place(*place)):
            before = len(self.heard())
            act()
            self.hears(before + 1)
        self.taps("舗装の穴・段差")
        return self.card()["contents"]["header"]["contents"][1]["text"]  # type: ignore[no-any-return]

    def timeline(self) -> list[Row]:
        found = httpx.get(f"{self.town.michi.line_api}/_platform/people/{self.user_id}/timeline")
        entries: list[Row] = found.raise_for_status().json()
        return entries

    def heard(self) -> list[Row]:
        """Everything that Michi said to this person."""
        return [entry for entry in self.timeline() if entry["from"] == "bot"]

    def hears(self, count: int) -> list[str]:
        """Waits until Michi has said so many messages; gives their words."""
        until(lambda: len(self.heard()) >= count)
        return self.words()

    def words(self) -> list[str]:
        return [e["message"].get("text") or e["message"]["altText"] for e in self.heard()]

    def card(self) -> Row:
        """The newest flex card, once there is one."""

        def newest() -> Row | None:
            cards = [e["message"] for e in self.heard() if e["message"]["type"] == "flex"]
            return cards[-1] if cards else None

        found: Row = until(newest)
        return found

    def quiet(self, seconds: float = 4.0) -> int:
        """How many messages there are after a while in which another one could have come."""
        time.sleep(seconds)
        return len(self.heard())
