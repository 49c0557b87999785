"""An hour without signal: finished in the street, sent late, in order and each once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import httpx

from local.day.crews.phone import Act, CrewPhone
from local.day.crews.rounds import Stop, ago, claim, shot
from local.day.town import Books, Town

STOPS: Final = 4
MATERIAL: Final = {"amount_cold_mix": "2", "minutes": "25"}
MEANWHILE: Final = "現地を職員が確かめたところ、民有地でした"
LATE: Final = "圏外のあいだに直していました。写真を残します。"


def offline_hour(place: Town, stops: Sequence[Stop]) -> Iterator[str]:
    """Four tickets: one is sent twice, one is made safe, one was closed at the desk meanwhile.

    Raises NoAnswer.
    """
    mended, twice, safe, closed = stops
    claim(place, "take", stops)
    phone = CrewPhone(place.crew)
    phone.keep([stop.number for stop in stops])
    times = {stop.number: ago(60 - 12 * turn) for turn, stop in enumerate(stops)}
    photos = shot(mended, 1), shot(mended, 2)
    phone.finish(mended.number, "fixed", times[mended.number], *photos, **MATERIAL)
    lon, lat = twice.spot
    bare = shot(twice, 3, with_place=False)
    phone.finish(twice.number, "fixed", times[twice.number], bare, here=f"{lon},{lat},12")
    phone.press_again()
    phone.finish(safe.number, "made_safe", times[safe.number], shot(safe, 4))
    phone.finish(closed.number, "fixed", times[closed.number], shot(closed, 5))
    place.staff.move(closed.number, "declined", note=MEANWHILE)
    for act, answer in phone.send():
        yield from _trouble(phone, act, answer, is_closed=act.number == closed.number)
    claim(place, "give_back", [safe])
    yield from _kept(place.books, times, closed.number)


def _trouble(
    phone: CrewPhone, act: Act, answer: httpx.Response, *, is_closed: bool
) -> Iterator[str]:
    said = answer.json()
    if not is_closed:
        if answer.status_code != 200 or said.get("done") is not True:
            yield f"{act.number} was answered {answer.status_code} {said}"
        return
    if answer.status_code != 409 or not said.get("sentence") or said.get("status") != "declined":
        yield f"what was closed meanwhile was answered {answer.status_code} {said}"
    there = phone.as_it_is(act.number)
    if there["status"] != "declined" or MEANWHILE not in there["moved"]["words"]:
        yield f"the phone is not shown how {act.number} was closed: {there}"
    if (kept := phone.keep_as_note(act, LATE)).status_code != 200:
        yield f"what was done at {act.number} could not be kept: {kept.status_code}"


def _kept(books: Books, times: dict[str, datetime], closed: str) -> Iterator[str]:
    """Every deed once, when it was done by the phone's clock; of the last its note and photo."""
    for number, at in times.items():
        works = books.rows(_WORKS, number=number)
        wanted = [] if number == closed else [at]
        if [work["done_at"] for work in works] != wanted:
            yield f"{number} is kept as done at {[str(work['done_at']) for work in works]}"
    first = next(iter(times))
    (used,) = books.rows(_WORKS, number=first) or [{}]
    told = {name: used.get(name) for name in ("minutes", "material", "amount", "photos")}
    if told != _FIRST:
        yield f"of {first} there is kept {told}"
    if (notes := books.rows(_NOTES, number=closed, words=LATE)) != [{"photos": 1}]:
        yield f"of what was done at {closed} there is kept {notes}"


_FIRST: Final[dict[str, Any]] = {
    "minutes": 25,
    "material": "cold_mix",
    "amount": 2,
    "photos": 2,
}
_WORKS: Final = """
    SELECT w.done_at, w.minutes, m.material, m.amount,
           (SELECT count(*) FROM photos p WHERE p.ticket_id = t.id) AS photos
    FROM tickets t JOIN works w ON w.ticket_id = t.id
    LEFT JOIN used_materials m ON m.work_id = w.id
    WHERE t.number = %(number)s ORDER BY w.id
"""
_NOTES: Final = """
    SELECT (SELECT count(*) FROM photos p WHERE p.note_id = n.id) AS photos
    FROM notes n JOIN tickets t ON t.id = n.ticket_id
    WHERE t.number = %(number)s AND n.words = %(words)s
"""
