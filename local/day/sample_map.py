"""The sample city's own files, read by themselves: what a right answer is, found without Michi.

Flat geometry in metres around the city's centre: good to a few centimetres over these distances.
"""

import csv
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "sample_city"
METRES_PER_DEGREE: Final = 111_200.0
CLEAR_OF_OTHERS_M: Final = 40.0
NEAR_THE_OUTLINE_M: Final = 25.0

Spot = tuple[float, float]
"""Longitude, latitude."""


@dataclass(frozen=True)
class Expected:
    """Where a spot is and who must work on it, by the files alone."""

    town: str
    town_en: str
    district: str
    owner: str
    department: str


def spots(owner: str) -> Iterator[Spot]:
    """Spots on roads of this owner inside the city, well away from every other owner's."""
    for road in _features("roads.geojson"):
        if road["properties"]["owner"] != owner:
            continue
        line = road["geometry"]["coordinates"]
        for start, end in pairwise(line):
            middle = ((start[0] + end[0]) / 2 + 1e-5, (start[1] + end[1]) / 2 + 1e-5)
            if area_at("city", middle) and _is_clear(middle, owner):
                yield middle


def just_outside(owner: str, metres: float) -> Iterator[tuple[Spot, Spot]]:
    """Spots so far beyond the city's outline, beside a road of this owner within it; each with the
    spot on that road."""
    (outline,) = [
        area["geometry"]["coordinates"][0]
        for area in _features("areas.geojson")
        if area["properties"]["kind"] == "city"
    ]
    for inside in spots(owner):
        east, north = _to_the_line(inside, outline)
        away = math.hypot(east, north)
        if 0 < away < NEAR_THE_OUTLINE_M:
            outside = _moved(inside, east * (1 + metres / away), north * (1 + metres / away))
            if not area_at("city", outside) and _is_clear(outside, owner):
                yield outside, inside


def far_apart(spots: Iterable[Spot], metres: float) -> Iterator[Spot]:
    """Those of the spots that are at least so far from all that were taken before."""
    taken: list[Spot] = []
    for spot in spots:
        if is_apart(spot, taken, metres):
            taken.append(spot)
            yield spot


def is_apart(spot: Spot, others: Iterable[Spot], metres: float) -> bool:
    """Whether it is at least so far from all the others."""
    return all(math.hypot(*_flat(spot, other)) >= metres for other in others)


def beside(spot: Spot, metres: float) -> Spot:
    """So many metres to the north."""
    return spot[0], spot[1] + metres / METRES_PER_DEGREE


def expected(spot: Spot, owner: str, category: str) -> Expected:
    """By ray casting in areas.geojson and the first line of rules.csv that matches."""
    town, district = area_at("town", spot), area_at("district", spot)
    if town is None or district is None:
        raise ValueError(f"{spot} lies in no town")
    rule = next(
        rule
        for rule in _rules()
        if rule["owner"] in ("", owner)
        and rule["category"] in ("", category)
        and rule["district"] in ("", district["key"])
    )
    name = _departments()[rule["department"]]
    return Expected(town["name"], town["name_en"], district["key"], owner, name)


def categories() -> dict[str, dict[str, str]]:
    """Names by language, by key."""
    return {entry["key"]: entry["names"] for entry in _categories()}


def is_urgent(category: str) -> bool:
    """Whether such a thing is dangerous by itself."""
    return any(entry["urgent"] for entry in _categories() if entry["key"] == category)


def area_at(kind: str, spot: Spot) -> dict[str, str] | None:
    """The properties of the area of this kind that holds the spot."""
    for area in _features("areas.geojson"):
        if area["properties"]["kind"] == kind and _holds(area["geometry"]["coordinates"][0], spot):
            properties: dict[str, str] = area["properties"]
            return properties
    return None


@lru_cache
def _features(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))[
        "features"
    ]
    return found


@lru_cache
def _categories() -> list[dict[str, Any]]:
    found = tomllib.loads((FOLDER / "categories.toml").read_text(encoding="utf-8"))
    return list(found["categories"])


@lru_cache
def _rules() -> list[dict[str, str]]:
    with (FOLDER / "rules.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache
def _departments() -> dict[str, str]:
    found = tomllib.loads((FOLDER / "departments.toml").read_text(encoding="utf-8"))
    return {entry["key"]: entry["name"] for entry in found["departments"]}


def _is_clear(spot: Spot, owner: str) -> bool:
    return all(
        _metres_to(spot, road["geometry"]["coordinates"]) > CLEAR_OF_OTHERS_M
        for road in _features("roads.geojson")
        if road["properties"]["owner"] != owner
    )


def _holds(ring: Sequence[Sequence[float]], spot: Spot) -> bool:
    x, y = spot
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _metres_to(spot: Spot, line: Sequence[Sequence[float]]) -> float:
    return math.hypot(*_to_the_line(spot, line))


def _flat(point: Spot, origin: Spot) -> Spot:
    east = (point[0] - origin[0]) * METRES_PER_DEGREE * math.cos(math.radians(origin[1]))
    return east, (point[1] - origin[1]) * METRES_PER_DEGREE


def _moved(spot: Spot, east: float, north: float) -> Spot:
    along = METRES_PER_DEGREE * math.cos(math.radians(spot[1]))
    return spot[0] + east / along, spot[1] + north / METRES_PER_DEGREE


def _to_the_line(spot: Spot, line: Sequence[Sequence[float]]) -> Spot:
    """How far the nearest point of a line is to the east and to the north."""
    flat = [_flat((lon, lat), spot) for lon, lat in line]
    return min(
        (_to_segment(one, other) for one, other in pairwise(flat)), key=lambda way: math.hypot(*way)
    )


def _to_segment(one: Spot, other: Spot) -> Spot:
    """The way from nought to the nearest point of a segment."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(one[0] * dx + one[1] * dy) / length))
    return one[0] + along * dx, one[1] + along * dy
