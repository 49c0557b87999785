"""A short way to many places, by straight lines. Pure.

The same as `web/kit/route.js`, which makes one from where a phone is: to the nearest that is left,
then without crossings (2-opt). Both are held to tests/geo/ways.json.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import cos, hypot, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.points import Point

DETOUR: Final = 1.3
"""Roads are longer than straight lines by about so much."""
_EARTH_M: Final = 6_371_009
_LEAST_M: Final = 0.01
_MOST_TRIES: Final = 10_000_000
_Metres = NDArray[np.float64]


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
    way = [start, *stops] if start else [*stops]
    turns = _uncrossed(way, _by_nearest(way))
    return tuple(turn - 1 for turn in turns[1:]) if start else tuple(turns)


def _metres(one: Point, other: Point) -> float:
    x = radians(other.lon - one.lon) * cos(radians((one.lat + other.lat) / 2))
    return _EARTH_M * hypot(x, radians(other.lat - one.lat))


def _by_nearest(stops: Sequence[Point]) -> list[int]:
    """From the first on."""
    lon, lat = (np.array([getattr(one, name) for one in stops]) for name in ("lon", "lat"))
    left = np.arange(1, len(stops))
    way = [0]
    while left.size:
        at = way[-1]
        x = np.radians(lon[left] - lon[at]) * np.cos(np.radians((lat[left] + lat[at]) / 2))
        nearest = int(np.argmin(np.hypot(x, np.radians(lat[left] - lat[at]))))
        way.append(int(left[nearest]))
        left = np.delete(left, nearest)
    return way


def _uncrossed(stops: Sequence[Point], way: Sequence[int]) -> list[int]:
    """Turns round each part of the way that is shorter so, the first stop staying where it is."""
    turns = np.array(way)
    x, y = _plane([stops[turn] for turn in way])
    tries, better = 0, True
    while better and tries < _MOST_TRIES:
        better = False
        for first in range(1, len(way) - 1):
            last = first + 1
            while (found := _shorter(x, y, first, last)) is not None:
                for each in (turns, x, y):
                    each[first : found + 1] = each[first : found + 1][::-1].copy()
                last, better = found + 1, True
            tries += len(way) - first
    return [int(turn) for turn in turns]


def _shorter(x: _Metres, y: _Metres, first: int, last: int) -> int | None:
    """The first stop from `last` on up to which the way is to be turned round from `first` on."""
    if last >= len(x):
        return None
    now = np.sqrt((x[first - 1] - x[first]) ** 2 + (y[first - 1] - y[first]) ** 2)
    comes = np.sqrt((x[last:] - x[first - 1]) ** 2 + (y[last:] - y[first - 1]) ** 2)
    leaves = np.zeros(len(x) - last)
    leaves[:-1] = np.sqrt((x[last + 1 :] - x[first]) ** 2 + (y[last + 1 :] - y[first]) ** 2)
    goes_on = np.zeros(len(x) - last)
    goes_on[:-1] = np.sqrt(np.diff(x[last:]) ** 2 + np.diff(y[last:]) ** 2)
    found = np.flatnonzero(comes + leaves < now + goes_on - _LEAST_M)
    return last + int(found[0]) if found.size else None


def _plane(stops: Sequence[Point]) -> tuple[_Metres, _Metres]:
    """In metres, which are equal everywhere within a city."""
    first, metre = stops[0], _EARTH_M * radians(1)
    east = metre * cos(radians(first.lat))
    return (
        np.array([(one.lon - first.lon) * east for one in stops]),
        np.array([(one.lat - first.lat) * metre for one in stops]),
    )
