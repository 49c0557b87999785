"""Rows that are wrong are named; what can be mended is mended; the rest is left out or refused."""

import math
from pathlib import Path
from typing import Any

import pytest
from made_files import box, line, lines, loaded, point, polygon, staged, write
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.gis_import import findings
from geo.gis_import.findings import What
from geo.kinds import BadFile
from geo.points import Point
from geo.roads import roads_near

WEST, SOUTH = 139.50, 35.70
GOOD = box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.01)
NAN = float("nan")
LINE = line((WEST, SOUTH), (WEST + 0.01, SOUTH))


def towns(folder: Path, *shapes: bytes | None, names: list[str] | None = None) -> Path:
    names = names or [f"町{number}" for number in range(1, len(shapes) + 1)]
    return write(folder / "towns.gpkg", shapes, {"name": names}, crs="EPSG:4326", form="Unknown")


def roads(folder: Path, *shapes: bytes | None, **columns: list[Any]) -> Path:
    columns = {
        "name": [f"道{n}" for n in range(len(shapes))],
        "owner": ["市道"] * len(shapes),
    } | columns
    return write(folder / "roads.gpkg", shapes, columns, crs="EPSG:4326", form="Unknown")


BOW = polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH + 0.01), (WEST + 0.01, SOUTH),
               (WEST, SOUTH + 0.01), (WEST, SOUTH)])  # fmt: skip
OPEN_RING = polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH), (WEST + 0.01, SOUTH + 0.01)])
FLAT = polygon([(WEST, SOUTH), (WEST + 0.01, SOUTH), (WEST + 0.02, SOUTH), (WEST, SOUTH)])
MENDED: list[tuple[What, bytes | None, int]] = [
    (findings.NO_GEOMETRY, None, 1),
    (findings.CROSSES_ITSELF, BOW, 2),
    (findings.NOT_CLOSED, OPEN_RING, 2),
    (findings.NOTHING_LEFT, FLAT, 1),
    (findings.EMPTY, polygon(), 1),
    (findings.NOT_A_NUMBER, box(NAN, SOUTH, WEST, SOUTH), 1),
]


@pytest.mark.parametrize(("what", "shape", "left"), MENDED, ids=[m[0].english for m in MENDED])
def test_a_polygon_that_is_wrong_is_named_by_its_row(
    db: Session, tmp_path: Path, what: What, shape: bytes | None, left: int
) -> None:
    preview = loaded(db, towns(tmp_path, GOOD, shape), "town")
    assert preview.found.rows == {what: [2]}
    assert preview.rows == left
    assert db.scalar(text("SELECT bool_and(ST_IsValid(shape)) FROM areas")) is True


def test_a_bow_keeps_both_its_halves(db: Session, tmp_path: Path) -> None:
    loaded(db, towns(tmp_path, BOW), "town")
    for lon in (WEST + 0.002, WEST + 0.008):
        assert areas_at(db, Point(lon, SOUTH + 0.005)).town == "町1"
    assert areas_at(db, Point(WEST + 0.005, SOUTH + 0.009)).town == ""


def test_a_hole_stays_a_hole(db: Session, tmp_path: Path) -> None:
    hole = [(WEST + 0.004, SOUTH + 0.004), (WEST + 0.004, SOUTH + 0.006),
            (WEST + 0.006, SOUTH + 0.006), (WEST + 0.004, SOUTH + 0.004)]  # fmt: skip
    outer = [(WEST, SOUTH), (WEST + 0.01, SOUTH), (WEST + 0.01, SOUTH + 0.01), (WEST, SOUTH)]
    loaded(db, towns(tmp_path, polygon(outer, hole)), "town")
    assert areas_at(db, Point(WEST + 0.0055, SOUTH + 0.0052)).town == "町1"
    assert areas_at(db, Point(WEST + 0.0045, SOUTH + 0.0055)).town == ""


WRONG_ROADS: list[tuple[What, bytes | None]] = [
    (findings.NO_GEOMETRY, None),
    (findings.EMPTY, line((WEST, SOUTH), (WEST, SOUTH))),
    (findings.EMPTY, line((WEST, SOUTH))),
    (findings.NOT_A_NUMBER, line((WEST, SOUTH), (math.inf, SOUTH))),
]


@pytest.mark.parametrize(("what", "shape"), WRONG_ROADS)
def test_a_road_that_is_none_is_left_out_and_named(
    db: Session, tmp_path: Path, what: What, shape: bytes | None
) -> None:
    preview = staged(db, roads(tmp_path, LINE, shape, LINE), "road")
    assert (preview.found.rows, preview.rows) == ({what: [2]}, 2)


def test_the_same_row_again_is_left_out(db: Session, tmp_path: Path) -> None:
    file = roads(tmp_path, LINE, LINE, LINE, name=["a", "a", "b"])
    assert staged(db, file, "road").found.rows == {findings.TWICE: [2]}


def test_a_road_of_several_parts_is_one_road(db: Session, tmp_path: Path) -> None:
    parts = lines(
        [(WEST, SOUTH), (WEST + 0.01, SOUTH)], [(WEST + 0.02, SOUTH), (WEST + 0.03, SOUTH)]
    )
    assert loaded(db, roads(tmp_path, parts), "road").rows == 1
    metres = [
        roads_near(db, Point(WEST + east, SOUTH + 0.0001))[0].metres for east in (0.005, 0.025)
    ]
    assert metres == pytest.approx([11.1, 11.1], abs=0.1)
    (between,) = roads_near(db, Point(WEST + 0.015, SOUTH))
    assert between.metres > 400


def test_another_kind_of_geometry_is_refused_by_row(db: Session, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"種類がちがう.*2, 3行目"):
        staged(db, roads(tmp_path, LINE, GOOD, point(WEST, SOUTH)), "road")


def test_towns_without_a_name_are_refused_by_row(db: Session, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"名前がない.*1行目"):
        staged(db, towns(tmp_path, GOOD, GOOD, names=["", "b"]), "town")


def test_towns_without_a_name_are_left_out_and_named_when_asked_for(
    db: Session, tmp_path: Path
) -> None:
    file = towns(tmp_path, GOOD, GOOD, names=["", "b"])
    with pytest.raises(BadFile, match=r"1行目。--drop-nameless .*leaves them out"):
        staged(db, file, "town")
    preview = staged(db, file, "town", drop_nameless=True)
    assert (preview.rows, preview.found.rows) == (1, {findings.NAMELESS_LEFT_OUT: [1]})
    assert preview.sample[0]["name"] == "b"


def test_rows_of_one_key_are_one_area(db: Session, tmp_path: Path) -> None:
    beside = box(WEST + 0.01, SOUTH, WEST + 0.02, SOUTH + 0.01)
    preview = loaded(db, towns(tmp_path, GOOD, beside, names=["本町", "本町"]), "town")
    assert preview.found.rows == {findings.ONE_OF_SEVERAL: [1, 2]}
    assert areas_at(db, Point(WEST + 0.01, SOUTH + 0.005)).town == "本町"
    assert areas_at(db, Point(WEST + 0.019, SOUTH + 0.005)).town == "本町"


def test_one_key_with_two_names_is_refused(db: Session, tmp_path: Path) -> None:
    file = write(
        tmp_path / "towns.gpkg", [GOOD, box(WEST, SOUTH, WEST + 1e-3, SOUTH + 1e-3)],
        {"key": ["1", "1"], "name": ["a", "b"]}, crs="EPSG:4326", form="Polygon",
    )  # fmt: skip
    with pytest.raises(BadFile, match=r"同じキー.*1, 2行目"):
        staged(db, file, "town")


def test_nothing_left_is_refused(db: Session, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no row is left"):
        staged(db, roads(tmp_path, None, None), "road")
    with pytest.raises(BadFile, match="no row is left"):
        staged(db, towns(tmp_path, FLAT), "town")


def test_swapped_coordinates_are_recognised_and_can_be_put_right(
    db: Session, tmp_path: Path
) -> None:
    file = roads(tmp_path, line((SOUTH, WEST), (SOUTH, WEST + 0.01)))
    with pytest.raises(BadFile, match=r"1行目.*--swap"):
        staged(db, file, "road")
    assert staged(db, file, "road", swap=True).box[:2] == pytest.approx((WEST, SOUTH))


def test_northing_before_easting_is_recognised_too(db: Session, tmp_path: Path) -> None:
    """Zone XIII, in whose numbers a city lies far from the plane's diagonal."""
    db.execute(text("DELETE FROM areas"))
    db.execute(text('UPDATE city SET facts = \'{"centre": {"lon": 144.38, "lat": 42.98}}\''))
    file = write(tmp_path / "a.shp", [point(-113_300, 10_600)], {"key": ["a"]}, crs="EPSG:6681",
                 form="Point")  # fmt: skip
    with pytest.raises(BadFile, match="--swap"):
        staged(db, file, "mirror")
    assert staged(db, file, "mirror", swap=True).box[:2] == pytest.approx((144.38, 42.98), abs=0.1)


@pytest.mark.parametrize("code", [6674, 6679, 2443])
def test_the_wrong_zone_is_refused_and_the_fitting_one_named(
    db: Session, tmp_path: Path, code: int
) -> None:
    file = write(tmp_path / "a.shp", [point(-29_000, -33_000)], {"key": ["a"]}, crs=f"EPSG:{code}",
                 form="Point")  # fmt: skip
    with pytest.raises(BadFile, match=r"1行目(.|\n)*EPSG:6677 JGD2011"):
        staged(db, file, "mirror")


def test_metres_in_a_system_of_degrees_are_noticed(db: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "a.geojson", [point(500_000, 500_000)], {"key": ["a"]}, crs="EPSG:4326",
                 form="Point")  # fmt: skip
    with pytest.raises(BadFile, match="not degrees"):
        staged(db, file, "mirror")


def test_elsewhere_is_taken_only_when_asked_for(db: Session, tmp_path: Path) -> None:
    seattle = roads(tmp_path, line((-122.33, 47.60), (-122.33, 47.61)))
    with pytest.raises(BadFile, match="--elsewhere"):
        staged(db, seattle, "road")
    assert staged(db, seattle, "road", elsewhere=True).rows == 1


def test_without_a_city_japan_is_expected(db: Session, tmp_path: Path) -> None:
    db.execute(text("DELETE FROM areas"))
    db.execute(text("DELETE FROM city"))
    assert staged(db, roads(tmp_path, line((127.7, 26.2), (127.7, 26.3))), "road").rows == 1
    (tmp_path / "roads.gpkg").unlink()
    with pytest.raises(BadFile, match=r"Japan.*\(およそ 2\.3"):
        staged(db, roads(tmp_path, line((2.3, 48.8), (2.3, 48.9))), "road")


def test_single_rows_far_away_are_named_and_left_out_only_when_asked_for(
    db: Session, tmp_path: Path
) -> None:
    far = line((135.5, 34.7), (135.5, 34.71))
    zero = line((0.0, 0.0), (0.001, 0.0))
    file = roads(tmp_path, LINE, far, LINE, zero, LINE)
    with pytest.raises(BadFile, match=r"2, 4行目.*--drop-far"):
        staged(db, file, "road")
    preview = staged(db, file, "road", drop_far=True)
    assert (preview.rows, preview.found.rows) == (3, {findings.FAR_AWAY: [2, 4]})
    assert preview.box == pytest.approx((WEST, SOUTH, WEST + 0.01, SOUTH))


def test_nothing_is_written_when_a_file_is_refused(db: Session, tmp_path: Path) -> None:
    before = db.execute(text("SELECT count(*), max(id) FROM roads")).one()
    with pytest.raises(BadFile):
        loaded(db, roads(tmp_path, LINE, GOOD), "road")
    assert db.execute(text("SELECT count(*), max(id) FROM roads")).one() == before
    assert db.scalar(text("SELECT count(*) FROM layers WHERE loaded_by = 'tester'")) == 0
