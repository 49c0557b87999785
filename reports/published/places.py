"""Where the public sees a ticket: the nearest ten metres along its road, and nowhere nearer.

The only place that works it out. Somebody who reports a hole before their door is drawn on the
road, at one of the points that lie ten metres apart on its centreline. Without a road around, the
corner of a grid of about ten metres.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import NearRoad
from geo.points import METRES_OF_A_DEGREE, Point
from geo.roads import LOOK_AROUND_M, lines_of, roads_near_many

STEP_M: Final = 10.0
_DECIMALS: Final = 6
_ABOUT: Final = 0.01
"""Of a step: a road that is drawn a little too short still has its last one."""
Line = Sequence[tuple[float, float]]
"""Longitude and latitude of its corners."""


def public_places(
    db: Session, places: Sequence[Point], road_ids: Sequence[int | None]
) -> list[tuple[Point, NearRoad | None]]:
    """Of each place, where it is drawn and the road that it is drawn on; `road_ids`: the roads that
    the tickets are kept with, which count where they lie around."""
    if not places:
        return []
    near = [
        _meant(roads, wanted)
        for roads, wanted in zip(roads_near_many(db, places), road_ids, strict=True)
    ]
    lines = lines_of(db, sorted({road.id for road in near if road}))
    return [
        (along(_parts(lines[road.id]), place) if road else on_grid(place), road)
        for place, road in zip(places, near, strict=True)
    ]


def along(parts: Iterable[Line], place: Point) -> Point:
    """The point of the centreline, a multiple of STEP_M from the beginning of its part, that is
    nearest to where `place` lies along it."""
    scale = _scale(place)
    flat = [[_flat(corner, scale) for corner in part] for part in parts if part]
    here = _flat((place.lon, place.lat), scale)
    _, way, part = min((*_nearest(part, here), part) for part in flat)
    length = sum(math.dist(*leg) for leg in pairwise(part))
    step = min(round(way / STEP_M), math.floor(length / STEP_M + _ABOUT)) * STEP_M
    east, north = _at(part, step)
    return Point(round(east / scale[0], _DECIMALS), round(north / scale[1], _DECIMALS))


def on_grid(place: Point) -> Point:
    """The nearest corner of a grid that is STEP_M wide at its latitude."""
    north = STEP_M / METRES_OF_A_DEGREE
    lat = round(place.lat / north) * north
    east = north / max(math.cos(math.radians(lat)), 0.01)
    return Point(round(round(place.lon / east) * east, _DECIMALS), round(lat, _DECIMALS))


def _meant(roads: Sequence[NearRoad], wanted: int | None) -> NearRoad | None:
    """Its own, where that lies around; else the nearest, if it does."""
    around = [road for road in roads if road.metres <= LOOK_AROUND_M]
    return next((road for road in around if road.id == wanted), around[0] if around else None)


def _parts(geometry: str) -> list[Line]:
    read: Mapping[str, list[Line]] = json.loads(geometry)
    return read["coordinates"]


def _scale(place: Point) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude."""
    return METRES_OF_A_DEGREE * math.cos(math.radians(place.lat)), METRES_OF_A_DEGREE


def _flat(corner: Sequence[float], scale: tuple[float, float]) -> tuple[float, float]:
    return corner[0] * scale[0], corner[1] * scale[1]


def _nearest(part: Line, here: tuple[float, float]) -> tuple[float, float]:
    """How far it is from the line, and how far along it, in metres."""
    best, gone = (math.dist(part[0], here), 0.0), 0.0
    for start, end in pairwise(part):
        length = math.dist(start, end)
        if not length:
            continue
        ahead = sum((p - s) * (e - s) for p, s, e in zip(here, start, end, strict=True)) / length
        on = min(max(ahead, 0.0), length)
        foot = _between(start, end, on / length)
        best = min(best, (math.dist(foot, here), gone + on))
        gone += length
    return best


def _at(part: Line, way: float) -> tuple[float, float]:
    """The point so many metres along the line."""
    for start, end in pairwise(part):
        length = math.dist(start, end)
        if length and way <= length:
            return _between(start, end, way / length)
        way -= length
    return part[-1]


def _between(
    start: tuple[float, float], end: tuple[float, float], share: float
) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
