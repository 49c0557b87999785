"""The city's own map in tiles: what comes from which zoom, without seams, of which version."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tile_reading import layers_of, tile_of
from web_scene import Browser

from geo import city_tiles
from geo.gis_import import versions
from geo.gis_import.city_files import load_roads
from geo.kinds import kind_named
from geo.tiles import Tile
from store.database import transaction


def test_the_city_is_drawn_from_its_own_areas_and_roads(staff: Browser) -> None:
    tile = tile_of(139.5067, 35.7011, 13)
    layers = layers_of(staff, f"/map/city/13/{tile.x}/{tile.y}.mvt")
    kinds = {feature["properties"]["kind"] for feature in layers["areas"]}
    assert {"city", "district", "town"} <= kinds
    owners = {feature["properties"]["owner"] for feature in layers["roads"]}
    assert {"prefecture", "city"} <= owners
    assert any(feature["properties"]["name"] == "小金井街道" for feature in layers["roads"])


def test_small_roads_are_sent_only_from_where_they_can_be_seen(staff: Browser) -> None:
    for z, expected in ((7, set()), (10, {"prefecture"}), (12, {"prefecture", "city"})):
        tile = tile_of(139.5067, 35.7011, z)
        roads = layers_of(staff, f"/map/city/{z}/{tile.x}/{tile.y}.mvt").get("roads", [])
        owners = {feature["properties"]["owner"] for feature in roads}
        assert owners & {"national", "prefecture", "city"} == expected


def test_a_town_is_named_in_one_tile_only(staff: Browser) -> None:
    with transaction() as db:
        towns = sorted(db.scalars(text("SELECT name FROM areas WHERE kind = 'town'")))
    for z in (11, 14):
        west, south = tile_of(139.47, 35.73, z), tile_of(139.55, 35.67, z)
        named = [
            feature["properties"]["name"]
            for x in range(west.x, south.x + 1)
            for y in range(west.y, south.y + 1)
            for feature in layers_of(staff, f"/map/city/{z}/{x}/{y}.mvt").get("labels", ())
            if feature["properties"]["kind"] == "town"
        ]
        assert sorted(named) == towns


def test_a_road_goes_on_over_the_edge_of_a_tile(staff: Browser, tmp_path: Path) -> None:
    load_roads_of(tmp_path, [[138.9, 35.695], [139.507, 35.7013], [140.3, 35.709]])
    for z in (9, 13, 16):
        tile = tile_of(139.507, 35.7013, z)
        left, right = (crossing(staff, Tile(z, tile.x + side, tile.y), side) for side in (0, 1))
        assert abs(left - right) <= 2


def crossing(staff: Browser, tile: Tile, side: int) -> float:
    """Where the one road crosses the tile's right edge (side 0) or its left one, in steps."""
    (road,) = layers_of(staff, f"/map/city/{tile.z}/{tile.x}/{tile.y}.mvt")["roads"]
    line, at = road["geometry"]["coordinates"], 4096 * (1 - side)
    for (x, y), (next_x, next_y) in pairwise(line):
        if min(x, next_x) <= at <= max(x, next_x) and x != next_x:
            return float(y + (next_y - y) * (at - x) / (next_x - x))
    raise AssertionError("the road ends before the edge")


def test_the_citys_tag_changes_with_its_data_and_comes_back_with_it(
    staff: Browser, tmp_path: Path
) -> None:
    tag = staff.get("/map/city/9/454/201.mvt").headers["etag"]
    same = staff.get("/map/city/9/454/201.mvt", **{"if-none-match": tag})
    assert (same.status_code, same.content) == (304, b"")
    load_roads_of(tmp_path, [[139.50, 35.70], [139.51, 35.70]])
    assert staff.get("/map/city/9/454/201.mvt").headers["etag"] != tag
    with transaction() as db:
        versions.undo(db, kind_named("road"))
    assert staff.get("/map/city/9/454/201.mvt", **{"if-none-match": tag}).status_code == 304


def test_what_is_loaded_while_a_tile_is_drawn_is_not_kept_for_the_version_before(
    staff: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tile = Tile(9, 454, 201)
    with transaction() as db:
        before = city_tiles.city_tile(db, tile)
    loads = [lambda: load_roads_of(tmp_path, [[139.50, 35.70], [139.51, 35.70]])]

    def drawn(db: Session, tile: Tile) -> bytes:
        while loads:
            loads.pop()()
        return city_tile(db, tile)

    city_tile = city_tiles.city_tile
    monkeypatch.setattr(city_tiles, "city_tile", drawn)
    assert staff.get("/map/city/9/454/201.mvt").content == before
    assert staff.get("/map/city/9/454/201.mvt").content != before
    with transaction() as db:
        versions.undo(db, kind_named("road"))
    assert staff.get("/map/city/9/454/201.mvt").content == before


def load_roads_of(folder: Path, line: list[list[float]]) -> None:
    """One road of the prefecture instead of all others."""
    geometry = {"type": "LineString", "coordinates": line}
    road = {"type": "Feature", "properties": {"owner": "prefecture"}, "geometry": geometry}
    file = folder / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}))
    with transaction() as db:
        load_roads(db, file)
