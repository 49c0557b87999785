"""Where a point lies and which road is near it, asked of a real PostGIS in true metres."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.areas import areas_at, areas_at_many
from geo.gis_import.city_files import BadFile, load_areas, load_roads
from geo.points import Point
from geo.roads import LOOK_AROUND_M, roads_near
from settings import ROOT, settings

STATION, EAST_STATION = Point(139.5067, 35.7011), Point(139.5246, 35.7015)
CITY_HALL = Point(139.5030, 35.6995)
SAMPLE = ROOT / "local" / "sample_city"


WHEREABOUTS = [
    (STATION, True, "central", "本町六丁目", ""),
    (EAST_STATION, True, "central", "梶野町五丁目", ""),
    (CITY_HALL, True, "central", "本町六丁目", ""),
    (Point(139.4795, 35.7003), False, None, "", "国分寺市"),
    (Point(139.60, 35.70), False, None, "", ""),
    (Point(-139.5067, 35.7011), False, None, "", ""),
    (Point(139.5067, -35.7011), False, None, "", ""),
    (Point(35.7011, 89.9), False, None, "", ""),
]


def test_a_place_is_named_by_town_district_or_neighbour(db: Session) -> None:
    for point, inside, district, town, neighbour in WHEREABOUTS:
        where = areas_at(db, point)
        assert (where.inside, where.district, where.town) == (inside, district, town), point
        assert where.neighbour == neighbour
        assert bool(where.town_en) == bool(town)
        assert bool(where.neighbour_en) == bool(neighbour)


def inner_points(db: Session, kind: str) -> list[tuple[str, Point]]:
    found = db.execute(
        text(
            "SELECT name, ST_X(p), ST_Y(p) FROM"
            " (SELECT name, ST_PointOnSurface(shape) AS p FROM areas WHERE kind = :kind) AS inner_"
        ),
        {"kind": kind},
    )
    return [(name, Point(lon, lat)) for name, lon, lat in found]


def test_every_town_and_every_neighbour_is_found_at_a_point_within_it(db: Session) -> None:
    towns, neighbours = inner_points(db, "town"), inner_points(db, "neighbour")
    assert len(towns) >= 12
    assert len(neighbours) >= 7
    for name, point in towns:
        where = areas_at(db, point)
        assert (where.inside, where.town) == (True, name)
        assert where.district
    for name, point in neighbours:
        where = areas_at(db, point)
        assert (where.inside, where.neighbour) == (False, name)


def plant_areas(db: Session, folder: Path, *areas: tuple[str, str, float, float]) -> None:
    """Squares between two longitudes around 35.70 N: (kind, key, west, east), in this order."""
    features = [
        {
            "properties": {"kind": kind, "key": key, "name": key, "name_en": f"{key} en"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[west, 35.6], [east, 35.6], [east, 35.8], [west, 35.8], [west, 35.6]]
                ],
            },
        }
        for kind, key, west, east in areas
    ]
    file = folder / "areas.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    load_areas(db, file)


def test_a_point_on_a_border_belongs_to_the_area_loaded_first(db: Session, tmp_path: Path) -> None:
    towns = [("town", "east", 139.5, 139.6), ("town", "west", 139.4, 139.5)]
    city = ("city", "city", 139.4, 139.6)
    for first, second in (towns, towns[::-1]):
        plant_areas(db, tmp_path, first, second, city)
        assert areas_at(db, Point(139.5, 35.7)).town == first[1]
        assert areas_at(db, Point(139.5, 35.6)).town == first[1]


def test_the_citys_own_border_is_the_citys(db: Session, tmp_path: Path) -> None:
    plant_areas(db, tmp_path, ("neighbour", "n", 139.6, 139.7), ("city", "c", 139.4, 139.6))
    where = areas_at(db, Point(139.6, 35.7))
    assert (where.inside, where.border) == (True, False)


def plant_roads(db: Session, folder: Path, *roads: tuple[str, str, list[list[float]]]) -> None:
    """Instead of all roads: (ref, owner, coordinates)."""
    features = [
        {
            "properties": {"ref": ref, "owner": owner, "class": "c"},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for ref, owner, line in roads
    ]
    file = folder / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    load_roads(db, file)


def moved(db: Session, start: Point, metres: float, towards: float) -> Point:
    """So many metres from there in that direction (degrees from north), on the ellipsoid."""
    found = db.execute(
        text(
            "SELECT ST_X(p::geometry), ST_Y(p::geometry) FROM (SELECT"
            " ST_Project(ST_GeomFromEWKT(:start)::geography, :metres, radians(:towards)) AS p) AS m"
        ),
        {"start": start.wkt, "metres": metres, "towards": towards},
    ).one()
    return Point(*found)


@pytest.mark.parametrize(
    ("metres", "is_taken"), [(0.5, True), (2, True), (19, True), (21, False), (500, False)]
)
def test_beyond_the_border_a_place_is_taken_as_far_as_phones_are_wrong(
    db: Session, tmp_path: Path, metres: float, is_taken: bool
) -> None:
    plant_areas(db, tmp_path, ("neighbour", "n", 139.6, 139.7), ("city", "c", 139.4, 139.6))
    plant_roads(db, tmp_path, ("far", "city", [[139.5, 35.7], [139.5, 35.71]]))
    where = areas_at(db, moved(db, Point(139.6, 35.7), metres, 90))
    assert (where.inside, where.border, where.neighbour) == (is_taken, is_taken, "n")
    assert areas_at_many(db, [moved(db, Point(139.6, 35.7), metres, 90)]) == [where]


def test_how_wrong_phones_are_is_a_setting(
    db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_areas(db, tmp_path, ("city", "c", 139.4, 139.6))
    monkeypatch.setenv("PHONE_ACCURACY_M", "100")
    settings.cache_clear()
    assert areas_at(db, moved(db, Point(139.6, 35.7), 99, 90)).border


@pytest.mark.parametrize(
    ("owner", "beside_m", "is_taken"),
    [("city", 5, True), ("city", 59, True), ("city", 61, False), ("prefecture", 5, False)],
)
def test_beyond_the_border_a_place_beside_the_citys_own_road_is_taken(
    db: Session, tmp_path: Path, owner: str, beside_m: float, is_taken: bool
) -> None:
    plant_areas(db, tmp_path, ("neighbour", "n", 139.6, 139.7), ("city", "c", 139.4, 139.6))
    plant_roads(db, tmp_path, ("along", owner, [[139.601, 35.69], [139.601, 35.71]]))
    where = areas_at(db, moved(db, Point(139.601, 35.7), beside_m, 90))
    assert (where.inside, where.border) == (is_taken, is_taken)


def test_beyond_the_border_it_is_of_the_nearest_town_and_district(
    db: Session, tmp_path: Path
) -> None:
    plant_areas(
        db, tmp_path, ("town", "far", 139.4, 139.5), ("town", "near", 139.5, 139.6),
        ("district", "west", 139.4, 139.5), ("district", "east", 139.5, 139.6),
        ("neighbour", "n", 139.6, 139.7), ("city", "c", 139.4, 139.6),
    )  # fmt: skip
    beyond = moved(db, Point(139.6, 35.7), 19, 90)
    where = areas_at(db, beyond)
    assert (where.border, where.town, where.town_en) == (True, "near", "near en")
    assert (where.district, where.neighbour) == ("east", "n")
    assert areas_at_many(db, [beyond]) == [where]
    outside = areas_at(db, moved(db, Point(139.6, 35.7), 100, 90))
    assert (outside.outside, outside.town, outside.district) == (True, "", None)


NORTH_SOUTH = [[139.51, 35.68], [139.51, 35.72]]
WEST_EAST = [[139.509, 35.70], [139.511, 35.70]]


@pytest.mark.parametrize(
    ("line", "towards"), [(NORTH_SOUTH, 90), (NORTH_SOUTH, 270), (WEST_EAST, 0), (WEST_EAST, 180)]
)
def test_distances_are_metres_on_the_ellipsoid_whichever_way_a_road_runs(
    db: Session, tmp_path: Path, line: list[list[float]], towards: float
) -> None:
    plant_roads(db, tmp_path, ("A", "city", line))
    for metres in (0.5, 7.9, 8.1, 30, 59.5, 60.5, 149, 900):
        point = moved(db, Point(139.51, 35.70), metres, towards)
        (found,) = roads_near(db, point)
        assert found.metres == pytest.approx(metres, abs=0.02)
        asked = db.scalar(
            text("SELECT ST_Distance(line::geography, ST_GeomFromEWKT(:at)::geography) FROM roads"),
            {"at": point.wkt},
        )
        assert found.metres == asked


def test_the_same_degrees_are_fewer_metres_to_the_east_than_to_the_north(
    db: Session, tmp_path: Path
) -> None:
    """At 35.7 N a degree of longitude has 90 km, one of latitude 111 km: degrees would mislead."""
    plant_roads(
        db, tmp_path, ("east", "city", [[139.5005, 35.69], [139.5005, 35.71]]),
        ("north", "prefecture", [[139.49, 35.70045], [139.51, 35.70045]]),
    )  # fmt: skip
    east, north = roads_near(db, Point(139.5, 35.7))
    assert (east.ref, north.ref) == ("east", "north")
    assert east.metres == pytest.approx(0.0005 * 111_320 * math.cos(math.radians(35.7)), rel=0.01)
    assert north.metres == pytest.approx(0.00045 * 110_950, rel=0.01)


def test_the_nearest_of_each_owner_comes_nearest_first(db: Session, tmp_path: Path) -> None:
    def parallel(metres: float) -> list[list[float]]:
        lat = 35.70 + metres / 110_950
        return [[139.49, lat], [139.52, lat]]

    plant_roads(
        db, tmp_path,
        ("far 市道", "city", parallel(40)), ("市道", "city", parallel(20)),
        ("都道", "prefecture", parallel(-10)), ("私道", "other", parallel(90)),
        ("国道", "national", parallel(LOOK_AROUND_M + 5)),
    )  # fmt: skip
    found = roads_near(db, Point(139.5, 35.70))
    assert [road.ref for road in found] == ["都道", "市道", "私道"]
    assert [round(road.metres) for road in found] == [10, 20, 90]


def test_far_from_every_road_the_nearest_one_stands_alone(db: Session, tmp_path: Path) -> None:
    plant_roads(
        db, tmp_path, ("A", "city", [[139.50, 35.69], [139.50, 35.71]]),
        ("B", "other", [[139.51, 35.69], [139.51, 35.71]]),
    )  # fmt: skip
    (alone,) = roads_near(db, Point(139.5045, 35.70))
    assert alone.ref == "A"
    assert alone.metres == pytest.approx(407, abs=2)


def test_beyond_a_roads_end_the_distance_is_taken_to_its_end(db: Session, tmp_path: Path) -> None:
    plant_roads(db, tmp_path, ("A", "city", NORTH_SOUTH))
    end = Point(139.51, 35.72)
    (found,) = roads_near(db, moved(db, end, 70, 0))
    assert found.metres == pytest.approx(70, abs=0.02)


def test_without_any_road_nothing_is_near(db: Session) -> None:
    db.execute(text("DELETE FROM roads"))
    assert roads_near(db, STATION) == []


LOADERS = {"areas": load_areas, "roads": load_roads}


def test_the_sample_city_can_be_loaded_again(db: Session) -> None:
    for name, load in LOADERS.items():
        features = json.loads((SAMPLE / f"{name}.geojson").read_text("utf-8"))["features"]
        assert load(db, SAMPLE / f"{name}.geojson") == len(features)
        assert db.scalar(text(f"SELECT count(*) FROM {name}")) == len(features)


LINE = {"type": "LineString", "coordinates": WEST_EAST}
BOW = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
WRONG: list[tuple[str, Any, str]] = [
    ("roads", "not JSON", "line 1: .*not JSON"),
    ("roads", [], "not a GeoJSON FeatureCollection"),
    ("roads", {"type": "Feature"}, "not a GeoJSON FeatureCollection"),
    ("roads", [{"properties": {"owner": "city"}, "geometry": BOW}], "row 1: .*must be Line"),
    ("roads", [{"properties": {"owner": "city"}}], "row 1: .*geometry must be"),
    ("roads", [{"properties": {}, "geometry": LINE}], "row 1: .*“?owner”? is missing"),
    ("roads", [{"properties": {"owner": "me"}, "geometry": LINE}], "row 1: .*must be one of"),
    ("areas", [{"properties": {"kind": "city"}, "geometry": BOW}], "“?key”? is missing"),
    ("areas", [{"properties": {"kind": "city", "key": "k", "name": "8"}, "geometry": BOW}],
     "8 is not a valid polygon"),
]  # fmt: skip


def test_a_bad_file_is_refused_with_its_name_its_row_and_the_cause(
    db: Session, tmp_path: Path
) -> None:
    for name, content, cause in WRONG:
        file = tmp_path / f"{name}.geojson"
        whole = {"features": content} if isinstance(content, list) and content else content
        file.write_text(whole if isinstance(whole, str) else json.dumps(whole), "utf-8")
        with pytest.raises(BadFile, match=cause) as refused, db.begin_nested():
            LOADERS[name](db, file)
        assert str(refused.value).startswith(file.name)


def test_a_road_of_short_reach_hides_no_other_road_of_the_same_owner(db: Session) -> None:
    here = Point(139.5, 35.7)
    db.execute(text("DELETE FROM roads"))
    layer = db.scalar(text("SELECT id FROM layers WHERE kind = 'road' AND state = 'live'"))
    for name, north, reach in (("footpath", 0.00005, 2.0), ("street", 0.0001, 30.0)):
        db.execute(
            text(
                "INSERT INTO roads (ref, name, name_en, owner, road_class, tolerance_m, line,"
                " layer_id) VALUES ('', :name, '', 'city', '', :reach,"
                " ST_Multi(ST_MakeLine(ST_SetSRID(ST_MakePoint(139.4, :lat), 4326),"
                " ST_SetSRID(ST_MakePoint(139.6, :lat), 4326))), :layer)"
            ),
            {"name": name, "reach": reach, "lat": here.lat + north, "layer": layer},
        )
    (found,) = roads_near(db, here)
    assert (found.name, found.is_within_reach) == ("street", True)
