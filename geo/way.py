"""A short way to many places, by straight lines. Pure.

The same as `web/kit/route.js`, which makes one from where a phone is: to the nearest that is left,
then without crossings (2-opt). Both are held to tests/geo/ways.json.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, hypot, radians
from typing import Final

from geo.points import Point

DETOUR: Final = 1.3
"""Roads are longer than straight lines by about so much."""
EARTH_M: Final = 6_371_009


def short_way(stops: Sequence[Point], start: Point | None = None) -> list[int]:
    """The places of the stops in the order of the way. It begins near `start`, or else with the
    first of them; it need not end anywhere."""
    return list(_short_way(tuple(stops), start))


def kilometres(stops: Sequence[Point], start: Point | None = None) -> float:
    """How far it is along these in their order, by straight lines × DETOUR."""
    way = [*([start] if start else []), *stops]
    return sum(map(_metres, way, way[1:])) * DETOUR / 1000


def way_words(km: float) -> str:
    """約 1.2 km."""
    return "100 m 未満" if km < 0.1 else f"約 {km:.1f} km"


@lru_cache(maxsize=64)
def _short_way(stops: tuple[Point, ...], start: Point | None) -> tuple[int, ...]:
    """All who look at one list ask for the same."""
    if len(stops) < 2:
        return tuple(range(len(stops)))
    from geo.uncrossed import by_nearest, uncrossed  # with numpy, for those who have a way

    way = [start, *stops] if start else [*stops]
    turns = uncrossed(way, by_nearest(way))
    return tuple(turn - 1 for turn in turns[1:]) if start else tuple(turns)


def _metres(one: Point, other: Point) -> float:
    x = radians(other.lon - one.lon) * cos(radians((one.lat + other.lat) / 2))
    return EARTH_M * hypot(x, radians(other.lat - one.lat))
