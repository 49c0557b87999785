"""A clerk's morning: calls written down, found, taken on, put together, changed, told back."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from local.day.phone import NoAnswer
from local.day.town import Town

CALLER: Final = {"name": "朝の田中", "phone": "042-000-0199", "call_back": "yes"}
CALLS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("朝いちばんの電話。橋のたもとに犬の死骸があります", CALLER),
    ("朝の二本目の電話。同じ犬のことです", {}),
    ("朝の三本目の電話。猫が車道にいます", {}),
)
PLACES: Final = ("35.7015, 139.5246", "35.70151, 139.52461", "35.7040, 139.5100")
NOTE: Final = "午前中に引き取りに行きます"
_NUMBER: Final = re.compile(r"/staff/tickets/([\d-]+)")


def morning(place: Town) -> list[str]:
    """Play it by the desk's own forms; what was not as it should be."""
    try:
        return [f"a clerk's morning: {wrong}" for wrong in _wrongs(place)]
    except NoAnswer as silence:
        return [f"a clerk's morning: {silence}"]


def _wrongs(place: Town) -> Iterator[str]:
    desk = place.staff
    first, second, third = numbers = [_call(place, turn) for turn in range(len(CALLS))]
    place.books.until(_ROUTED, "the calls to be routed", numbers=numbers)
    if (found := _found(place, "犬の死骸 橋")) != [first]:
        yield f"three words found {found} instead of {first}"
    (me,) = place.books.rows("SELECT id FROM users WHERE role = 'staff' ORDER BY id LIMIT 1")
    page = f"/staff/tickets/{first}"
    desk.send(page, f"{page}/person", person=str(me["id"]))
    desk.send(page, f"{page}/notes", memo="清掃係に電話ずみ", to="")
    other = f"/staff/tickets/{second}"
    desk.send(other, f"{other}/merge", into=first, note="")
    run = desk.choose(first, third)
    desk.send(run, f"{run}/act", kind="move", to="scheduled", note=NOTE)
    desk.send(run, f"{run}/begin")
    if "2件を変えました" not in desk.read(run):
        yield "two tickets at once were not changed"
    (state,) = place.books.rows(_STATE, numbers=[first, third], merged=second)
    if (state["scheduled"], state["merged"]) != (2, 1):
        yield f"they stand as {state}"
    waiting = desk.read("/staff/calls")
    if CALLER["phone"] not in waiting or NOTE not in waiting:
        yield "whoever rang is not on the list of those to ring back"
    (caller,) = place.books.rows("SELECT report_id FROM callers WHERE name = %(name)s", **CALLER)
    desk.send("/staff/calls", f"/staff/calls/{caller['report_id']}/done", note="伝えました")
    if CALLER["phone"] in desk.read("/staff/calls"):
        yield "who was rung back is still waited for"


def _call(place: Town, turn: int) -> str:
    """The number of the ticket."""
    words, caller = CALLS[turn]
    known = ",".join(row["number"] for row in place.books.rows("SELECT number FROM tickets"))
    facts = {"channel": "telephone", "category": "animal", "point": PLACES[turn], "place": ""}
    led = place.staff.send(
        "/staff/new", "/staff/new", words=words, same="new", known=known, **facts, **caller
    )
    number = _NUMBER.match(led)
    return number[1] if number else led


def _found(place: Town, words: str) -> list[str]:
    told = json.loads(place.staff.read(f"/staff/tickets.geojson?q={words}"))
    return [each["properties"]["number"] for each in told["features"]]


_ROUTED: Final = """
    SELECT 1 FROM tickets WHERE number = ANY(%(numbers)s) AND routed_at IS NOT NULL
    HAVING count(*) = cardinality(%(numbers)s)
"""
_STATE: Final = """
    SELECT count(*) FILTER (WHERE status = 'scheduled' AND number = ANY(%(numbers)s)) AS scheduled,
           count(*) FILTER (WHERE status = 'merged' AND number = %(merged)s) AS merged
    FROM tickets
"""
