"""A patrol: begun, its way told, something put right on the spot, a hole seen again, its log."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from local.day.crews.rounds import HOLE, Stop, ago, shot
from local.day.office import as_files
from local.day.phone import NoAnswer
from local.day.sample_map import Spot, beside
from local.day.town import Books, Row, Town

BEGINS: Final = {
    "kind": "usual",
    "weather": "晴れ",
    "members": "鈴木",
    "car": "道路1号車",
    "meter_from": "12000",
}
ENDS: Final = {"meter_to": "12004", "weather": "晴れのちくもり", "remarks": "異常は2件"}
FOUND: Final = "debris"
PUT_RIGHT: Final = "落下物を回収しました"
POINTS: Final = 6
STEP_M: Final = 50.0
_HERE: Final = "/crew/patrol"
_ON_PATROL: Final = re.compile(r'data-patrol="(\d+)" data-csrf="([^"]+)"')
_FIND: Final = "/crew/patrol/find"


def patrol(place: Town, hole: Stop) -> Iterator[str]:
    """Past a hole that is known already. Raises NoAnswer."""
    crew, began = place.crew, ago(20)
    crew.send(_HERE, _HERE, done_at=began.isoformat(), **BEGINS)
    running = _ON_PATROL.search(crew.read(_HERE))
    if not running:
        raise NoAnswer("a patrol that was begun does not run")
    _tell_way(place, running, hole.spot, began)
    put_right = {"category": FOUND, "fixed": "yes", "done": PUT_RIGHT, "same": "new", "known": ""}
    at = began + timedelta(minutes=4)
    led = _find(place, hole.spot, at, shot(hole, 6), shot(hole, 8), **put_right)
    if led.status_code != 303:
        yield f"what was put right on the spot was answered {led.status_code}"
    yield from _see_again(place, hole, began + timedelta(minutes=6))
    crew.send(_HERE, f"{_HERE}/end", done_at=ago(1).isoformat(), **ENDS)
    if _ON_PATROL.search(crew.read(_HERE)):
        yield f"the patrol {running[1]} did not end"
    yield from _kept(place.books, int(running[1]), hole)
    yield from _log(place, running[1])


def _tell_way(place: Town, running: re.Match[str], spot: Spot, began: datetime) -> None:
    """A position a minute, each once more, as where the first answer was lost."""
    samples = []
    for turn in range(POINTS):
        lon, lat = beside(spot, STEP_M * turn)
        samples.append(f"{lon:.6f},{lat:.6f},8,{(began + timedelta(minutes=turn)).isoformat()}")
    told = {"patrol": running[1], "csrf": running[2], "points": ";".join(samples)}
    for _ in range(2):
        answer = place.crew.hand_in(f"{_HERE}/way", {**told, "sent": ago(0).isoformat()}, ())
        if answer.status_code != 204:
            raise NoAnswer(f"the way was answered {answer.status_code}")


def _see_again(place: Town, hole: Stop, at: datetime) -> Iterator[str]:
    """Without asking they are asked, and answer that it is the one that is there."""
    asked = _find(place, hole.spot, at, shot(hole, 7), None, category=HOLE)
    if asked.status_code != 409 or hole.number not in asked.text:
        yield f"a hole that is known was answered {asked.status_code} without its number"
    same = {"category": HOLE, "same": hole.number, "known": hole.number}
    led = _find(place, hole.spot, at, shot(hole, 7), None, **same)
    if led.headers.get("location") != f"{_HERE}?found={hole.number}":
        yield f"the hole that was seen again was answered {led.status_code}"


def _find(
    place: Town, spot: Spot, at: datetime, photo: bytes, after: bytes | None = None, **said: str
) -> httpx.Response:
    point = f"{spot[1]:.6f}, {spot[0]:.6f}"
    fields = {"point": point, "accuracy": "8", "done_at": at.isoformat(), **said}
    shots = [*as_files("photo", [photo]), *as_files("after", [after] if after else [])]
    return place.crew.fill(_FIND, _FIND, shots, **fields)


def _kept(books: Books, patrol_id: int, hole: Stop) -> Iterator[str]:
    (kept,) = books.rows(_PATROL, id=patrol_id)
    told: Row = {**_PATROL_IS, "way": (POINTS - 1) * STEP_M}
    if {**kept, "way": float(kept["way"])} != told:
        yield f"the patrol is kept as {kept}"
    finds = books.rows(_FINDS, id=patrol_id)
    put_right: dict[str, Any] = {
        "seen_again": False, "is_fixed": True, "category": FOUND, "status": "fixed",
        "department": "road", "reports": 1,
    }  # fmt: skip
    again = {
        "seen_again": True, "is_fixed": False, "category": HOLE, "status": "received",
        "department": "road", "reports": 2,
    }  # fmt: skip
    if [{name: find[name] for name in put_right} for find in finds] != [put_right, again]:
        yield f"its finds are kept as {finds}"
    elif finds[1]["number"] != hole.number:
        yield f"what was seen again is {finds[1]['number']} instead of {hole.number}"


def _log(place: Town, patrol_id: str) -> Iterator[str]:
    address = f"/staff/patrols/{patrol_id}/log.pdf"
    if f'href="{address}"' not in place.crew.read(_HERE):
        yield "the log is not among the past patrols"
    for who in (place.crew, place.staff):
        paper = who.fetch(address)
        if not paper.content.startswith(b"%PDF"):
            yield f"the log is {paper.headers['content-type']}"


_PATROL_IS: Final = {
    "ended_by": "crew", "weather": ENDS["weather"], "driven": 4, "points": POINTS,
}  # fmt: skip
_PATROL: Final = """
    SELECT ended_by, weather, meter_to - meter_from AS driven, round(way_m::numeric, -1) AS way,
           (SELECT count(*) FROM patrol_points WHERE patrol_id = p.id) AS points
    FROM patrols p WHERE id = %(id)s
"""
_FINDS: Final = """
    SELECT f.seen_again, f.is_fixed, t.number, t.category, t.status, d.key AS department,
           (SELECT count(*) FROM reports WHERE ticket_id = t.id) AS reports
    FROM patrol_finds f JOIN reports r ON r.id = f.report_id JOIN tickets t ON t.id = r.ticket_id
    LEFT JOIN departments d ON d.id = t.department_id
    WHERE f.patrol_id = %(id)s ORDER BY f.at
"""
