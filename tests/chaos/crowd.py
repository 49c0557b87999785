"""Residents by the hundred: what each of them reports, asks and says, and when; all by one seed."""

import random
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import product

from stage import Stage

from local.day.office import Office
from local.day.phone import NoAnswer
from local.day.sample_map import Spot, categories, far_apart, spots
from local.day.snapshots import Picture, jpeg

AT_ONCE = 64
APART_M = 60.0
"""Farther than any category's radius."""
KINDS = ("pothole", "sidewalk", "drain", "mirror", "guardrail", "sign")
"""None is urgent, and none is about something that must stand near."""
SAYINGS = ("使い方", "sticker", "状況", "わたしの通報")
OF_NO_TICKET, OF_TICKETS = SAYINGS[:2], SAYINGS[2:]
"""Where a ticket moves nothing else is said: the answers to these do not tell how it stands."""
LAST_WORDS = OF_NO_TICKET[0]
SIZES = ((640, 480), (800, 600), (480, 640))
ROUTED_WITHIN = 60.0
PATIENCE = 400.0
"""Seconds until everything that somebody sent is heard: longer than the longest fault."""


@dataclass(frozen=True)
class Visit:
    """One resident's: a report, then what they say; `to` are the steps their ticket takes."""

    number: int
    language: str
    spot: Spot
    category: str
    photos: int
    order: Sequence[str]
    says: Sequence[tuple[float, str]]
    to: Sequence[str]

    @property
    def events(self) -> int:
        """How many it takes, the last words too."""
        return self.photos + len(self.order) - 1 + len(self.says) + 1


@dataclass(frozen=True)
class Act:
    """One thing that somebody did, which wants one answer; `what` or what they said; `at` in
    milliseconds since 1970."""

    person: str
    what: str
    events: Sequence[str]
    at: int


@dataclass(frozen=True)
class Report:
    """What must become one ticket."""

    person: str
    category: str
    spot: Spot
    at: int


@dataclass
class Crowd:
    """All that was done; `closed_at`: when the last words began."""

    acts: list[Act] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    closed_at: int = 0


def visits(seed: int, events: int) -> list[Visit]:
    """So many that they take at least so many events."""
    chance = random.Random(seed)
    places = [*product(far_apart(spots("city"), APART_M), KINDS)]
    chance.shuffle(places)
    made: list[Visit] = []
    while sum(visit.events for visit in made) < events:
        made.append(_visit(len(made) + 1, *places[len(made)], chance))
    return made


def play(stage: Stage, plan: Sequence[Visit], seconds: float) -> Crowd:
    """Spread over so many seconds; returns when all visits are over."""
    crowd, heard = Crowd(), _Heard(stage)
    began = time.monotonic()
    with (
        closing(Office(stage.michi.web, "staff", stage.michi.sign_in["staff"])) as staff,
        ThreadPoolExecutor(AT_ONCE) as hands,
        heard,
    ):
        begun = []
        for number, visit in enumerate(plan):
            time.sleep(max(0.0, began + seconds * number / len(plan) - time.monotonic()))
            begun.append(hands.submit(_Player(stage, crowd, heard, staff, visit).play))
        for visited in begun:
            visited.result()
    return crowd


def say_last_words(stage: Stage, crowd: Crowd, people: Collection[str]) -> None:
    """They say something more: what waits for their next answer must come with it."""
    crowd.closed_at = crowd.closed_at or _now()
    with ThreadPoolExecutor(8) as hands:
        for done in [hands.submit(_say, stage, who, LAST_WORDS) for who in people]:
            crowd.acts.append(done.result())


class _Player:
    """One resident at it."""

    def __init__(
        self, stage: Stage, crowd: Crowd, heard: "_Heard", staff: Office, visit: Visit
    ) -> None:
        self._stage, self._crowd, self._heard, self._staff = stage, crowd, heard, staff
        self._visit, self._sent = visit, list[str]()
        whose = {"name": f"住民 {visit.number:04d}", "language": visit.language}
        self._person = str(stage.order("people", **whose)["userId"])
        crowd.people.append(self._person)

    def play(self) -> None:
        self._crowd.reports.append(self._report())
        for step in self._visit.order:
            self._do(step)
        self._heard.wait(self._sent)
        steps = list(self._visit.to)
        for pause, words in self._visit.says:
            time.sleep(pause)
            if steps:
                self._move(steps.pop(0))
            self._say(words)

    def _report(self) -> Report:
        return Report(self._person, self._visit.category, self._visit.spot, _now())

    def _do(self, step: str) -> None:
        visit = self._visit
        if step == "photo":
            files = [
                ("files", (f"{number}.jpg", data, "image/jpeg"))
                for number, data in enumerate(_pictures(visit))
            ]
            self._act("photos", files=files)
        elif step == "place":
            self._act("location", json={"longitude": visit.spot[0], "latitude": visit.spot[1]})
        else:
            self._say(categories()[visit.category][visit.language])

    def _say(self, words: str) -> None:
        self._did(_say(self._stage, self._person, words))

    def _move(self, to: str) -> None:
        """Unless the ticket does not come, or the page: the books tell."""
        end = time.monotonic() + ROUTED_WITHIN
        while not (found := self._stage.rows(_NUMBER, person=self._person)):
            if time.monotonic() > end:
                return
            time.sleep(0.5)
        with suppress(NoAnswer):
            self._staff.move(found[0]["number"], to, note="ご連絡ありがとうございます。")

    def _act(self, what: str, **body: object) -> None:
        self._did(_act(self._stage, self._person, what, **body))

    def _did(self, act: Act) -> None:
        self._crowd.acts.append(act)
        self._sent += act.events


class _Heard:
    """Looks into the inbox for all who wait until what they sent is heard."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: dict[threading.Event, set[str]] = {}
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Heard":
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def wait(self, events: Sequence[str]) -> None:
        heard = threading.Event()
        self._waiting[heard] = set(events)
        heard.wait(PATIENCE)
        self._waiting.pop(heard, None)

    def _look(self) -> None:
        while not self._over.wait(0.2):
            waiting = dict(self._waiting)
            wanted = [event for events in waiting.values() for event in events]
            rows = self._stage.rows(_DONE, wanted=wanted) if wanted else []
            done = {row["key"] for row in rows}
            for heard, events in waiting.items():
                if events <= done:
                    heard.set()


def _visit(number: int, spot: Spot, category: str, chance: random.Random) -> Visit:
    order = chance.sample(("photo", "place", "words"), 3)
    to = chance.choice(((), (), ("scheduled",), ("fixed",), ("scheduled", "fixed")))
    sayings = OF_NO_TICKET if to else SAYINGS
    says = [(chance.uniform(0.1, 6.0), chance.choice(sayings)) for _ in range(chance.randint(2, 6))]
    language = chance.choice(("ja", "ja", "ja", "en"))
    photos = chance.choice((1, 1, 1, 2))
    return Visit(number, language, spot, category, photos, order, says, to)


def _pictures(visit: Visit) -> Iterator[bytes]:
    for number in range(visit.photos):
        size = SIZES[(visit.number + number) % len(SIZES)]
        yield jpeg(Picture(size), visit.spot, 2 * visit.number + number)


def _say(stage: Stage, person: str, words: str) -> Act:
    if words == "sticker":
        return _act(stage, person, words, json={})
    return replace(_act(stage, person, "text", json={"text": words}), what=words)


def _act(stage: Stage, person: str, what: str, **body: object) -> Act:
    at = _now()
    answer = stage.line.post(f"/_platform/people/{person}/{what}", **body)  # type: ignore[arg-type]
    events = answer.raise_for_status().json()["events"]
    return Act(person, what, [event["webhookEventId"] for event in events], at)


def _now() -> int:
    return int(time.time() * 1000)


_NUMBER = """
    SELECT t.number FROM tickets t JOIN reports o ON o.ticket_id = t.id
    JOIN residents r ON r.id = o.resident_id
    WHERE r.line_user_id = %(person)s AND t.routed_at IS NOT NULL
"""
_DONE = "SELECT key FROM inbox WHERE key = ANY(%(wanted)s) AND done_at IS NOT NULL"
