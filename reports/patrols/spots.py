"""Where finds lie on a map, one spot for those at the same place."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from geo.points import Point
from reports.patrols.queries import Find


class Spot(NamedTuple):
    """A place; `label`: the number of its first find, with a + where there are more; `finds`: which
    they are, from 0 on."""

    place: Point
    label: str
    finds: Sequence[int]


def spots_of(finds: Sequence[Find]) -> list[Spot]:
    """In the order of their finds."""
    at: dict[tuple[float, float], list[int]] = {}
    for index, one in enumerate(finds):
        at.setdefault((round(one.place.lon, _DIGITS), round(one.place.lat, _DIGITS)), []).append(
            index
        )
    return [
        Spot(finds[some[0]].place, f"{some[0] + 1}{'+' * (len(some) > 1)}", some)
        for some in at.values()
    ]


_DIGITS: Final = 5
"""Of a degree: a metre."""
