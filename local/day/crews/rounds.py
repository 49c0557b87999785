"""What a crew's list of today holds, and which of its tickets are for what part of the day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from local.day.phone import NoAnswer
from local.day.sample_map import Spot
from local.day.snapshots import Picture, jpeg
from local.day.town import Town

HOLE: Final = "pothole"
_NEEDED: Final = 8
_OF_CREWS: Final = 12_288
"""From here on the photos' numbers are those of crews."""
_ROW: Final = re.compile(r'data-number="([\d-]+)" data-lon="([\d.]+)" data-lat="([\d.]+)"')


@dataclass(frozen=True)
class Stop:
    """An open ticket of the list, and where it stands."""

    number: str
    category: str
    spot: Spot


def todays(place: Town) -> tuple[Stop, list[Stop]]:
    """A hole to come by once more, and tickets to work on; nobody has, and one resident waits for
    each. Raises NoAnswer where the list does not hold enough."""
    rows = _ROW.findall(place.crew.read("/crew/"))
    spots = {number: (float(lon), float(lat)) for number, lon, lat in rows}
    found = place.books.rows(_WAITED_FOR, numbers=[*spots])
    stops = [Stop(row["number"], row["category"], spots[row["number"]]) for row in found]
    holes = [stop for stop in stops if stop.category == HOLE]
    if not holes or len(stops) <= _NEEDED:
        raise NoAnswer(f"a list with only {len(stops)} tickets to work on, {len(holes)} holes")
    return holes[0], [stop for stop in stops if stop is not holes[0]]


def claim(place: Town, act: str, stops: Iterable[Stop]) -> None:
    """Take them on (`act`: take), or give them back (give_back). Raises NoAnswer."""
    ticked = {f"t.{stop.number}": "1" for stop in stops}
    led = place.crew.send("/crew/", "/crew/claim", act=act, **ticked)
    if led != f"/crew/?{act}={len(ticked)}":
        raise NoAnswer(f"{act} of {len(ticked)} tickets led to {led}")


def shot(stop: Stop, number: int, *, with_place: bool = True) -> bytes:
    """A photo of the work there, which no other part of the day takes too."""
    return jpeg(Picture((1024, 768), with_place=with_place), stop.spot, _OF_CREWS + number)


def ago(minutes: float) -> datetime:
    """By the phone's clock."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).replace(microsecond=0)


_WAITED_FOR: Final = """
    SELECT t.number, t.category FROM tickets t
    WHERE t.number = ANY(%(numbers)s) AND t.status = 'received' AND t.assignee_id IS NULL
      AND (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) = 1
    ORDER BY t.id
"""
