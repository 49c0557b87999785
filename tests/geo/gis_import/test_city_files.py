"""A city's hand-written GeoJSON: all rows that cannot be are named before any is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import.city_files import load_areas, load_assets, load_roads, read_areas
from geo.kinds import BadFile

RING = [[139.5, 35.7], [139.6, 35.7], [139.6, 35.8], [139.5, 35.7]]
BOW_TIE = [[139.5, 35.7], [139.6, 35.8], [139.6, 35.7], [139.5, 35.8], [139.5, 35.7]]
AREA = {"kind": "city", "key": "a", "name": "A"}


def written(folder: Path, *rows: tuple[str, Any, dict[str, Any]]) -> Path:
    file = folder / "given.geojson"
    features = [
        {"type": "Feature", "geometry": {"type": kind, "coordinates": at}, "properties": facts}
        for kind, at, facts in rows
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def faults(load: Any, file: Path) -> list[str]:
    with pytest.raises(BadFile) as bad:
        load(file)
    return str(bad.value).splitlines()


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("Polygon", RING), ("Polygon", []), ("Polygon", [RING[:3]]),
        ("Polygon", [[*RING[:3], [0, 0]]]),
        ("Polygon", [[[139.5, "35.7"], *RING[1:]]]), ("Polygon", [[[35.7, 139.5], *RING[1:]]]),
        ("Polygon", None), ("MultiPolygon", [RING]), ("Polygon", [[[139.5], *RING[1:]]]),
    ],
)  # fmt: skip
def test_a_shape_that_no_database_takes_is_named_by_its_row(
    db: Session, tmp_path: Path, kind: str, at: Any
) -> None:
    file = written(tmp_path, ("Polygon", [RING], AREA), (kind, at, AREA | {"key": "b"}))
    (fault,) = faults(lambda file: load_areas(db, file), file)
    assert fault.startswith("given.geojson, 2件目 / row 2: coordinates は")


def test_every_area_that_is_wrong_is_named_in_both_languages(db: Session, tmp_path: Path) -> None:
    before = db.scalar(text("SELECT count(*) FROM areas"))
    rows = (
        ("Polygon", [RING], AREA), ("Polygon", [RING], AREA), 
        ("Point", RING[0], AREA | {"key": "c"}),
        ("Polygon", [RING], {"kind": "village", "key": 4}),
    )  # fmt: skip
    found = faults(lambda file: load_areas(db, file), written(tmp_path, *rows))
    assert [fault.split(": ")[0][-1] for fault in found] == ["2", "3", "4", "4", "4"]
    assert "同じ key「a」のcityがあります / another city has the key “a”" in found[0]
    assert db.scalar(text("SELECT count(*) FROM areas")) == before


def test_all_polygons_that_cross_themselves_are_named(db: Session, tmp_path: Path) -> None:
    rows = [("Polygon", [BOW_TIE], AREA | {"key": key, "name": key}) for key in ("a", "b")]
    found = faults(lambda file: load_areas(db, file), written(tmp_path, *rows))
    assert [fault.split(": ")[0][-1] for fault in found] == ["1", "2"]
    assert "a is not a valid polygon (Self-intersection" in found[0]


def test_roads_and_assets_are_checked_as_whole_files(db: Session, tmp_path: Path) -> None:
    line = RING[:2]
    roads = written(
        tmp_path, ("LineString", line, {"owner": "emperor", "tolerance_m": "wide"}),
        ("LineString", line[:1], {"owner": "city"}),
        ("LineString", line, {"owner": "city", "ref": 7}),
    )  # fmt: skip
    found = faults(lambda file: load_roads(db, file), roads)
    assert [fault.split(": ")[0][-1] for fault in found] == ["1", "1", "2", "3", "3"]
    assets = written(
        tmp_path,
        ("Point", line[0], {"kind": "road"}),
        ("Point", line, {"kind": "mirror", "key": "1"}),
    )
    found = faults(lambda file: load_assets(db, file), assets)
    assert [fault.split(": ")[0][-1] for fault in found] == ["1", "1", "2"]


@pytest.mark.parametrize("words", ["[]", "{}", '{"features": 3}', "not json", '{"features": [3]}'])
def test_what_is_no_collection_is_no_city(db: Session, tmp_path: Path, words: str) -> None:
    (file := tmp_path / "given.geojson").write_text(words)
    assert faults(lambda file: load_roads(db, file), file)


def test_a_file_that_is_missing_or_no_utf_8_or_no_json_is_said_so(
    db: Session, tmp_path: Path
) -> None:
    file = tmp_path / "roads.geojson"
    missing = "roads.geojson: 読めません / cannot be read (No such file or directory)"
    assert faults(lambda file: load_roads(db, file), file) == [missing]
    file.write_bytes('{\n"name": "道路"}'.encode("cp932"))
    assert "2行目 / line 2: UTF-8 ではありません" in faults(lambda f: load_roads(db, f), file)[0]
    file.write_text('{"features": [\n,]}')
    assert "2行目 / line 2: JSON として読めません" in faults(lambda f: load_roads(db, f), file)[0]


@pytest.mark.parametrize("load", [load_areas, load_roads])
def test_a_file_without_features_takes_nothing_off_the_map(
    db: Session, tmp_path: Path, load: Any
) -> None:
    table = load.__name__.removeprefix("load_")
    here = db.scalar(text(f"SELECT count(*) FROM {table}"))
    (fault,) = faults(lambda file: load(db, file), written(tmp_path))
    assert f"いまある {here}件" in fault
    assert f"the {here} away" in fault
    assert db.scalar(text(f"SELECT count(*) FROM {table}")) == here


def test_areas_without_the_city_take_its_outline_not_off_the_map(
    db: Session, tmp_path: Path
) -> None:
    file = written(tmp_path, ("Polygon", [RING], AREA | {"kind": "district"}))
    count = text("SELECT count(*) FROM areas WHERE kind = 'city'")
    for door in (load_areas, read_areas):
        (fault,) = faults(lambda file, door=door: door(db, file), file)
        assert "kind が city の図形がありません" in fault
        assert "no feature of kind “city”" in fault
    assert db.scalar(count) == 1
    db.execute(text("DELETE FROM areas WHERE kind = 'city'"))
    db.execute(text("UPDATE layers SET rows = 0 WHERE kind = 'city'"))
    assert load_areas(db, file) == 1


@pytest.mark.parametrize("words", ["[" * 100_000, '{"features": [' + "1" * 5000 + "]}"])
def test_json_that_no_reader_takes_is_said_so(db: Session, tmp_path: Path, words: str) -> None:
    (file := tmp_path / "given.geojson").write_text(words)
    (fault,) = faults(lambda file: load_roads(db, file), file)
    assert fault.startswith("given.geojson: ")


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
def test_characters_that_no_database_keeps_are_named_by_row(
    db: Session, tmp_path: Path, bad: str
) -> None:
    rows = [("LineString", RING[:2], {"owner": "city", "name": name}) for name in ("a", f"a{bad}")]
    (fault,) = faults(lambda file: load_roads(db, file), written(tmp_path, *rows))
    assert fault.startswith("given.geojson, 2件目 / row 2: 使えない文字")


def test_a_link_that_leads_nowhere_is_a_file_that_is_missing(db: Session, tmp_path: Path) -> None:
    assert load_assets(db, tmp_path / "assets.geojson") == 0
    (tmp_path / "assets.geojson").symlink_to(tmp_path / "nowhere")
    (fault,) = faults(lambda file: load_assets(db, file), tmp_path / "assets.geojson")
    assert "読めません" in fault
