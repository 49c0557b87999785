"""The hand-drawn sample city is a place: its areas fit together and its roads reach everywhere."""

import json
import math
import random
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "local" / "sample_city"
REAL = ROOT.parent / "shared" / "geo"
M_LAT = 110_950.0
M_LON = 111_320.0 * math.cos(math.radians(35.70))

Point = tuple[float, float]
Edge = tuple[Point, Point]


def features(file: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file."""
    found: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["features"]
    return found


def points(pairs: list[list[float]]) -> list[Point]:
    return [(lon, lat) for lon, lat in pairs]


def edges(line: list[Point]) -> list[Edge]:
    return list(pairwise(line))


def twice_area(ring: list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring))


def covers(ring: list[Point], point: Point) -> bool:
    lon, lat = point
    crossed = (
        (a[1] > lat) != (b[1] > lat) and lon < a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1])
        for a, b in edges(ring)
    )
    return sum(crossed) % 2 == 1


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(one: Edge, two: Edge) -> bool:
    (a, b), (c, d) = one, two
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def metres(point: Point, edge: Edge) -> float:
    """From a point to a stretch of line, in a plane that is flat enough for one city."""
    (px, py), (ax, ay), (bx, by) = ((lon * M_LON, lat * M_LAT) for lon, lat in (point, *edge))
    dx, dy = bx - ax, by - ay
    along = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)
    part = min(1.0, max(0.0, along))
    return math.hypot(px - ax - part * dx, py - ay - part * dy)


def border(rings: list[list[Point]]) -> set[Edge]:
    """What is left when edges that two rings share, there and back, cancel out.

    Rings that all run the same way round and leave one ring over neither overlap nor gape.
    """
    every = Counter(edge for ring in rings for edge in edges(ring))
    assert set(every.values()) == {1}, "two areas lie on the same side of one edge"
    return {(a, b) for a, b in every if (b, a) not in every}


def chained(loose: set[Edge]) -> list[Point]:
    """The one closed ring that these edges make."""
    following = dict(loose)
    assert len(following) == len(loose), "a border touches itself"
    ring = [min(following)]
    while len(ring) == 1 or ring[0] != ring[-1]:
        ring.append(following[ring[-1]])
    assert len(ring) == len(loose) + 1, "the border has a hole or an island"
    return ring


def inside_point(ring: list[Point]) -> Point:
    """The middle of the widest stretch at half height: in the ring, whatever its shape."""
    lats = [lat for _, lat in ring]
    lat = (min(lats) + max(lats)) / 2 + 1e-9
    cuts = sorted(
        a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1])
        for a, b in edges(ring)
        if (a[1] > lat) != (b[1] > lat)
    )
    west, east = max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (west + east) / 2, lat


AREAS = features(SAMPLE / "areas.geojson")
ROADS = features(SAMPLE / "roads.geojson")
ASSETS = features(SAMPLE / "assets.geojson")


def rings_of(kind: str) -> dict[str, list[Point]]:
    return {
        area["properties"]["name"]: points(area["geometry"]["coordinates"][0])
        for area in AREAS
        if area["properties"]["kind"] == kind
    }


CITY = rings_of("city")["小金井市"]
TOWNS = rings_of("town")
NEIGHBOURS = rings_of("neighbour")
LINES = [points(road["geometry"]["coordinates"]) for road in ROADS]


def town_at(point: Point) -> list[str]:
    return [name for name, ring in TOWNS.items() if covers(ring, point)]


def test_every_area_is_one_simple_closed_ring_and_has_its_names() -> None:
    keys = Counter((a["properties"]["kind"], a["properties"]["key"]) for a in AREAS)
    assert set(keys.values()) == {1}
    for area in AREAS:
        facts = area["properties"]
        assert facts["key"].isascii()
        assert facts["name"]
        assert facts["name_en"].isascii()
        assert len(area["geometry"]["coordinates"]) == 1
        ring = points(area["geometry"]["coordinates"][0])
        sides = edges(ring)
        assert ring[0] == ring[-1]
        assert len(set(ring)) == len(ring) - 1
        assert twice_area(ring) > 0
        assert not any(cross(one, two) for one in sides for two in sides), facts["key"]


def test_the_city_lies_where_koganei_lies_longitude_first() -> None:
    assert all(139.48 <= lon <= 139.54 and 35.68 <= lat <= 35.73 for lon, lat in CITY)
    assert 10.5 < twice_area(CITY) / 2 * M_LAT * M_LON / 1e6 < 12


def test_towns_and_districts_each_fill_the_city_without_gap_or_overlap() -> None:
    for rings in (list(TOWNS.values()), list(rings_of("district").values())):
        assert border(rings) == set(edges(CITY))
        whole = sum(twice_area(ring) for ring in rings)
        assert abs(whole / twice_area(CITY) - 1) < 1e-4


def test_each_town_lies_in_one_of_the_three_districts() -> None:
    keys = [a["properties"]["key"] for a in AREAS if a["properties"]["kind"] == "district"]
    assert keys == ["north", "central", "south"]
    for ring in TOWNS.values():
        inner = inside_point(ring)
        assert sum(covers(district, inner) for district in rings_of("district").values()) == 1


def test_the_neighbours_ring_the_city_without_overlap() -> None:
    outer = chained(border([CITY, *NEIGHBOURS.values()]))
    sides = edges(outer)
    assert not any(cross(one, two) for one in sides for two in sides)
    assert not set(outer) & set(CITY)


def test_seven_neighbours_touch_the_city_and_one_lies_behind_another() -> None:
    outline = {(b, a) for a, b in edges(CITY)}
    touching = {name for name, ring in NEIGHBOURS.items() if outline & set(edges(ring))}
    assert set(NEIGHBOURS) - touching == {"東村山市"}
    assert len(NEIGHBOURS) == 8


@pytest.mark.shared
def test_the_real_town_centres_fall_into_the_towns_of_their_names() -> None:
    for centre in features(REAL / "koganei_town_centres.geojson"):
        lon, lat = centre["geometry"]["coordinates"]
        name: str = centre["properties"]["name"]
        assert covers(CITY, (lon, lat)), name
        assert [town for town in town_at((lon, lat)) if name.startswith(town)], name


@pytest.mark.shared
def test_the_real_neighbours_lie_outside_and_in_the_neighbour_of_their_name() -> None:
    for real in features(REAL / "koganei_and_neighbours.geojson"):
        name = real["properties"]["name"]
        if name != "小金井市":
            inner = inside_point(points(real["geometry"]["coordinates"][0]))
            assert not covers(CITY, inner), name
            assert covers(NEIGHBOURS[name], inner), name


def test_the_stations_and_the_city_hall_stand_in_the_towns_they_belong_to() -> None:
    assert town_at((139.5067, 35.7011)) == ["本町六丁目"]
    assert town_at((139.5246, 35.7015)) == ["梶野町五丁目"]
    assert town_at((139.5030, 35.6995)) == ["本町六丁目"]


def test_the_five_metropolitan_roads_are_there_and_belong_to_the_prefecture() -> None:
    found = {
        (road["properties"]["ref"], road["properties"]["name"])
        for road in ROADS
        if road["properties"]["owner"] == "prefecture"
    }
    assert found == {
        ("都道15", "小金井街道"),
        ("都道248", "新小金井街道"),
        ("都道134", "連雀通り"),
        ("都道7", "五日市街道"),
        ("都道247", "東大通り"),
    }


def test_every_road_has_its_own_ref_an_owner_and_a_line_of_some_length() -> None:
    owners = {"prefectural": "prefecture", "city": "city", "private": "other"}
    assert len({road["properties"]["ref"] for road in ROADS}) == len(ROADS)
    for road, line in zip(ROADS, LINES, strict=True):
        facts = road["properties"]
        assert facts["owner"] == owners[facts["class"]]
        assert bool(facts["name"]) == bool(facts["name_en"])
        assert facts.get("tolerance_m", 1) > 0
        assert sum(math.dist(a, b) * M_LON for a, b in edges(line)) > 30, facts["ref"]
        assert all(a != b for a, b in edges(line))


def test_no_road_leaves_the_city_by_more_than_twenty_metres() -> None:
    out = [point for line in LINES for point in line if not covers(CITY, point)]
    assert all(min(metres(point, side) for side in edges(CITY)) < 20 for point in out)


def test_lights_mirrors_and_crossings_stand_at_roads_and_every_asset_has_its_own_name() -> None:
    names = Counter((a["properties"].get("key"), a["properties"].get("name")) for a in ASSETS)
    assert (set(names.values()), len(ASSETS) > 24) == ({1}, True)
    sides = [side for line in LINES for side in edges(line)]
    for asset in ASSETS:
        lon, lat = asset["geometry"]["coordinates"]
        kind, place = asset["properties"]["kind"], (lon, lat)
        assert covers(CITY, place)
        assert kind == "landmark" or min(metres(place, side) for side in sides) < 6, names


def test_nine_places_in_ten_are_within_sixty_metres_of_a_road() -> None:
    dice = random.Random(15)
    anywhere = ((dice.uniform(139.484, 139.535), dice.uniform(35.684, 35.72)) for _ in range(5_000))
    places = [place for place in anywhere if covers(CITY, place)][:500]
    sides = [side for line in LINES for side in edges(line)]
    near = [place for place in places if any(metres(place, side) <= 60 for side in sides)]
    assert len(places) == 500
    assert len(near) >= 450


def test_the_map_opens_inside_the_city() -> None:
    centre = tomllib.loads((SAMPLE / "city.toml").read_text("utf-8"))["centre"]
    assert covers(CITY, (centre["lon"], centre["lat"]))
