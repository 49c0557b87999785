"""Residents as the journeys play them: what they do with their phones, what they read."""

import io
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from PIL import Image

from local.day.sample_map import Spot, far_apart, spots
from local.day.spoken import buttons_in, pictures_in, said_in
from local.day.town import FRESH
from local.machine.stack import Stack
from settings import ROOT

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
_HTTP = httpx.Client(limits=FRESH)
"""To the platform: a new client for each call would read the system's certificates each time."""


def jpeg(size: tuple[int, int] = (1200, 900), exif: Image.Exif | None = None) -> bytes:
    """A photo of a plain road."""
    out = io.BytesIO()
    Image.new("RGB", size, (90, 92, 96)).save(out, "JPEG", exif=exif or Image.Exif())
    return out.getvalue()


def repaired(size: tuple[int, int] = (1200, 900)) -> bytes:
    """A photo of the same road with new asphalt."""
    out = io.BytesIO()
    Image.new("RGB", size, (48, 50, 54)).save(out, "JPEG")
    return out.getvalue()


def taken_at(spot: Spot) -> bytes:
    """A photo that knows where it was taken."""
    exif = Image.Exif()
    (lon, lat) = (_degrees(part) for part in spot)
    exif[0x8825] = {1: "N", 2: lat, 3: "E", 4: lon}
    return jpeg(exif=exif)


def _degrees(decimal: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(decimal * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 4)


def until(is_so: Callable[[], Any], seconds: float = 30) -> Any:
    """What `is_so` gives as soon as it gives something; AssertionError when it never does."""
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
    return found


_quiet_spots = far_apart(spots("city"), metres=40)


def quiet_spot() -> Spot:
    """A place on a city road where nobody has reported anything."""
    return next(_quiet_spots)


def north_of(spot: Spot, metres: float) -> Spot:
    """So far north of there."""
    return spot[0], spot[1] + metres / 111_000


@dataclass
class Town:
    """The stack, its LINE platform and its database."""

    michi: Stack
    database: psycopg.Connection[Row]

    def line(self, path: str, **body: Any) -> Any:
        """One of the platform's control calls."""
        answer = _HTTP.post(f"{self.michi.line_api}/_platform/{path}", timeout=30, **body)
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
        found = _HTTP.get(f"{self.michi.line_api}/_platform/sent").json()
        return [call for call in found if call["body"].get("to") == user_id]


@dataclass
class Neighbour:
    """One resident's phone."""

    town: Town
    user_id: str
    reported: bool = False

    def does(self, what: str, **body: Any) -> list[Row]:
        """One action; gives its events."""
        body = body or {"json": {}}
        events: list[Row] = self.town.line(f"people/{self.user_id}/{what}", **body)["events"]
        return events

    def says(self, words: str, *, about: Row | None = None) -> list[Row]:
        """`about`: the entry of the talk that is quoted."""
        quotes = {"quotes": about["messageId"]} if about else {}
        return self.does("text", json={"text": words, **quotes})

    def sends_photos(
        self, *photos: bytes, content: Row | None = None, bare: bool = False
    ) -> list[Row]:
        """`bare`: their set tells its id only, not which of how many each is."""
        files = [("files", (f"{i}.jpg", data, "image/jpeg")) for i, data in enumerate(photos)]
        form = {"content": json.dumps(content)} if content else {}
        form |= {"bare": "yes"} if bare else {}
        return self.does("photos", files=files, data=form)

    def sends_place(self, lon: float, lat: float) -> list[Row]:
        return self.does("location", json={"longitude": lon, "latitude": lat})

    def taps(self, label: str) -> list[Row]:
        """The button whose words end so, of the last message that has one."""
        for entry in reversed(self.heard()):
            for action in buttons_in(entry["message"]):
                if action["label"].endswith(label):
                    order = {"messageId": entry["messageId"], "label": action["label"]}
                    return self.does("tap", json=order)
        raise AssertionError(f"no button {label}")

    def presses(self, data: str) -> list[Row]:
        """A button that this phone no longer shows, or never did."""
        return self.does("postback", json={"data": data})

    def answered(self, act: Callable[[], Any], messages: int = 1) -> str:
        """Does it, and gives all that is to be read in what is said to it."""
        before = len(self.heard())
        act()
        self.hears(before + messages)
        return self.reads(before)

    def reads(self, after: int = 0) -> str:
        """Every word of what Michi said after so many messages, those on buttons too."""
        return "\n".join(said for entry in self.heard()[after:] for said in said_in(entry))

    def pictures(self) -> list[str]:
        """The addresses of the pictures in the last message."""
        return pictures_in(self.heard()[-1]["message"])

    def data_of(self, label: str) -> str:
        """What the newest button with these words would send."""
        for entry in reversed(self.heard()):
            for action in buttons_in(entry["message"]):
                if action["label"].endswith(label):
                    return str(action["data"])
        raise AssertionError(f"no button {label}")

    def reports(self, place: Spot | None = None) -> str:
        """A whole report, photo, place and tap, where nobody reported yet; its number."""
        spot = place or quiet_spot()
        self._begins_anew()
        for act in (lambda: self.sends_photos(jpeg()), lambda: self.sends_place(*spot)):
            self.answered(act)
        self.answered(lambda: self.taps("舗装の穴・段差"))
        return self.number()

    def reports_at_once(
        self, place: Spot | None = None, spoken: str = "穴", photo: bytes | None = None
    ) -> str:
        """The same without waiting for an answer in between, the kind named in words."""
        spot = place or quiet_spot()
        self._begins_anew()
        before = len(self.heard())
        self.sends_photos(photo or jpeg())
        self.sends_place(*spot)
        self.says(spoken)
        self.hears(before + 3)
        return self.number()

    def _begins_anew(self) -> None:
        """Soon after a ticket, what comes would be more about that."""
        if self.reported:
            self.answered(lambda: self.says("通報"))
        self.reported = True

    def number(self) -> str:
        """The number on the newest card."""
        return str(self.card()["contents"]["header"]["contents"][1]["text"])

    def timeline(self) -> list[Row]:
        found = _HTTP.get(f"{self.town.michi.line_api}/_platform/people/{self.user_id}/timeline")
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


class Office:
    """Somebody signed in in a browser: `role` is "staff" at the desk or "crew" with a phone."""

    def __init__(self, michi: Stack, role: str) -> None:
        self._role = role
        origin = {"Origin": michi.web}
        self._http = httpx.Client(base_url=michi.web, headers=origin, timeout=30, limits=FRESH)
        self._http.post("/sign-in", data=michi.sign_in[role])

    def page(self, address: str) -> str:
        """What this page says."""
        return self._http.get(address).raise_for_status().text

    def move(self, number: str, to: str, *, photo: bytes | None = None) -> None:
        """Move a ticket on its page, with a photo of the work if there is one."""
        files = {"photo": ("after.jpg", photo, "image/jpeg")} if photo else None
        self._sends(number, "move", files, to=to, note="ご連絡ありがとうございます。")

    def ask(self, number: str, words: str) -> None:
        """Ask those who reported it."""
        self._sends(number, "ask", words=words)

    def merge(self, number: str, into: str) -> None:
        """Put a ticket together with another."""
        self._sends(number, "merge", into=into, note="同じ場所です。")

    def posts(self, page: str, address: str, **fields: str) -> None:
        """Send one of this page's forms."""
        csrf = self.page(page).split('name="csrf" value="')[1].split('"')[0]
        answer = self._http.post(address, data={"csrf": csrf, **fields})
        assert answer.status_code == 303, answer.text

    def submits(self, page: str, address: str) -> str:
        """Send one of this page's forms, and give the page that answers it."""
        csrf = self.page(page).split('name="csrf" value="')[1].split('"')[0]
        return self._http.post(address, data={"csrf": csrf}).raise_for_status().text

    def close(self) -> None:
        self._http.close()

    def _sends(self, number: str, form: str, files: Any = None, **fields: str) -> None:
        address = f"/{self._role}/tickets/{number}"
        csrf = self.page(address).split('name="csrf" value="')[1].split('"')[0]
        answer = self._http.post(f"{address}/{form}", data={"csrf": csrf, **fields}, files=files)
        assert answer.status_code == 303, answer.text


def move(town: Town, number: str, *to: str) -> None:
    """Staff move the ticket on its page in the browser's way, from one status to the next."""
    made = town.michi.sign_in["staff"]
    with httpx.Client(
        base_url=town.michi.web,
        follow_redirects=True,
        timeout=30,
        limits=FRESH,
    ) as staff:
        staff.get("/sign-in").raise_for_status()
        staff.post("/sign-in", data=made, headers={"Origin": town.michi.web}).raise_for_status()
        page = staff.get(f"/staff/tickets/{number}").raise_for_status().text
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        for status in to:
            answer = staff.post(
                f"/staff/tickets/{number}/move",
                data={"csrf": csrf, "to": status, "note": "ご連絡ありがとうございます。"},
                headers={"Origin": town.michi.web},
            )
            answer.raise_for_status()


def michi(town: Town, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in the stack's own environment."""
    return subprocess.run(
        [str(ROOT / ".venv/bin/michi"), *words],
        env=dict(town.michi.env),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
