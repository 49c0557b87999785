"""Places on one map of paper: where its middle is, how much it shows, where each stands. Pure."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from geo.points import Point
from reports.documents.maps.svg import Pin

_MARGIN: Final = 12.0
"""In millimetres, so that the head of a pin is on the paper."""
_LEAST_METRES_A_MM: Final = 3.0
_METRES_OF_A_DEGREE: Final = 111_320.0


class Spread(NamedTuple):
    """`pins`: in metres from the `middle` (None without a place), with their turns from the first
    on as words."""

    middle: Point | None
    pins: list[Pin]
    metres_a_mm: float


def spread(places: Sequence[Point], wide: float, high: float, first: int = 1) -> Spread:
    """On a map so many millimetres wide and high."""
    if not places:
        return Spread(None, [], _LEAST_METRES_A_MM)
    west, east = min(one.lon for one in places), max(one.lon for one in places)
    south, north = min(one.lat for one in places), max(one.lat for one in places)
    middle = Point((west + east) / 2, (south + north) / 2)
    shrunk = _METRES_OF_A_DEGREE * math.cos(math.radians(middle.lat))
    pins = [
        Pin(
            (one.lon - middle.lon) * shrunk,
            (one.lat - middle.lat) * _METRES_OF_A_DEGREE,
            str(turn),
        )
        for turn, one in enumerate(places, first)
    ]
    to_sides = max(abs(pin.east) for pin in pins) / (wide / 2 - _MARGIN)
    to_ends = max(abs(pin.north) for pin in pins) / (high / 2 - _MARGIN)
    return Spread(middle, pins, max(to_sides, to_ends, _LEAST_METRES_A_MM))
