"""A way by straight lines is made: to the nearest that is left, then without crossings. Pure."""

from collections.abc import Sequence
from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.points import Point
from geo.way import EARTH_M

_LEAST_M: Final = 0.01
_MOST_TRIES: Final = 10_000_000
_Metres = NDArray[np.float64]


def by_nearest(stops: Sequence[Point]) -> list[int]:
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


def uncrossed(stops: Sequence[Point], way: Sequence[int]) -> list[int]:
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
    first, metre = stops[0], EARTH_M * radians(1)
    east = metre * cos(radians(first.lat))
    return (
        np.array([(one.lon - first.lon) * east for one in stops]),
        np.array([(one.lat - first.lat) * metre for one in stops]),
    )
