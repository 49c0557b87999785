"""A crew's day: list of today, an hour without signal, a patrol, an order, a finish by LINE."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from local.day.crews import offline_hour as offline
from local.day.crews import order as orders
from local.day.crews.by_line import by_line
from local.day.crews.patrol import patrol
from local.day.crews.rounds import Stop, todays
from local.day.phone import LANGUAGES, NoAnswer
from local.day.spoken import said_in, words
from local.day.town import Town

_MOVED: Final = "card.moved"


def crew_day(place: Town) -> list[str]:
    """Play it by the crew's own pages; what was not as it should be."""
    return [*_told("a crew's day", _wrongs(place))]


def _wrongs(place: Town) -> Iterator[str]:
    hole, stops = todays(place)
    in_the_street, rest = stops[: offline.STOPS], stops[offline.STOPS :]
    ordered, line = rest[: orders.STOPS], rest[orders.STOPS]
    yield from _told("an hour without signal", offline.offline_hour(place, in_the_street))
    yield from _told("a patrol", patrol(place, hole))
    yield from _told("a contractor's order", orders.order(place, ordered))
    yield from _told("by LINE", by_line(place, line))
    if not place.books.until_quiet():
        yield "something still waits"
    mended, twice, safe, closed = in_the_street
    yield from _heard(place, [mended, twice, ordered[0], line], "fixed", 1)
    yield from _heard(place, [closed], "declined", 1)
    yield from _heard(place, [hole, safe, closed, ordered[1]], "fixed", 0)


def _told(what: str, wrongs: Iterable[str]) -> Iterator[str]:
    """One part that comes to no end lets the others go on."""
    try:
        for wrong in wrongs:
            yield f"{what}: {wrong}"
    except NoAnswer as silence:
        yield f"{what}: {silence}"


def _heard(place: Town, stops: Sequence[Stop], status: str, times: int) -> Iterator[str]:
    """Whoever waits for it has read so often on their phone that it has come to this status."""
    for stop in stops:
        for row in place.books.rows(_FOLLOWERS, number=stop.number):
            if (cards := _cards(place, row["line_user_id"], stop.number, status)) != times:
                yield f"{stop.number}: a resident was told “{status}” {cards} times, not {times}"


def _cards(place: Town, line_user_id: str, number: str, status: str) -> int:
    found = place.line.get(f"/_platform/people/{line_user_id}/timeline", params={"after": "0"})
    said = [
        "\n".join(said_in(entry["message"]))
        for entry in found.raise_for_status().json()
        if entry["from"] == "bot" and entry["message"]["type"] == "flex"
    ]
    wanted = [(words(one, _MOVED), words(one, f"status.{status}"), number) for one in LANGUAGES]
    return sum(any(all(part in one for part in parts) for parts in wanted) for one in said)


_FOLLOWERS: Final = """
    SELECT u.line_user_id FROM followers f JOIN residents u ON u.id = f.resident_id
    JOIN tickets t ON t.id = f.ticket_id WHERE t.number = %(number)s
"""
