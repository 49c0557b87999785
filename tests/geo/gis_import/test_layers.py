"""Every loading is a version: the one before comes back whole, and so does the one after."""

from pathlib import Path

import pytest
from alembic import command
from made_files import box, line, lines, loaded, point, write
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.gis_import import versions
from geo.gis_import.city_files import load_areas, load_roads
from geo.kinds import BadFile, kind_named
from geo.points import Point
from geo.roads import roads_near
from migrations.schema import config, migrate
from settings import ROOT
from store.database import transaction

SAMPLE = ROOT / "local" / "sample_city"
STATION = Point(139.5067, 35.7011)
ROAD, TOWN = kind_named("road"), kind_named("town")


def roads(db: Session) -> list[tuple[object, ...]]:
    found = db.execute(text("SELECT id, name, ST_AsText(line), layer_id FROM roads ORDER BY id"))
    return [tuple(row) for row in found]


def one_road(folder: Path, name: str) -> Path:
    run = line((139.50, 35.7011), (139.51, 35.7011))
    return write(folder / f"{name}.geojson", [run], {"name": [name], "owner": ["市道"]},
                 crs="EPSG:4326")  # fmt: skip


def states(db: Session, kind: str) -> list[tuple[str, str, int]]:
    return [(v.source, v.state, v.rows) for v in versions.versions(db) if v.kind == kind]


def test_undo_brings_the_version_before_back_and_twice_is_as_if_never(
    db: Session, tmp_path: Path
) -> None:
    before = roads(db)
    loaded(db, one_road(tmp_path, "新道"), "road")
    after = roads(db)
    assert [row[1] for row in after] == ["新道"]
    versions.undo(db, ROAD)
    assert roads(db) == before
    assert roads_near(db, STATION)[0].name != "新道"
    versions.undo(db, ROAD)
    assert roads(db) == after
    assert roads_near(db, STATION)[0].name == "新道"


def test_one_version_before_is_kept_and_older_ones_leave_only_their_line(
    db: Session, tmp_path: Path
) -> None:
    for name in ("一", "二", "三"):
        loaded(db, one_road(tmp_path, name), "road")
    assert states(db, "road")[:3] == [
        ("三.geojson", "live", 1), ("二.geojson", "kept", 1), ("一.geojson", "gone", 1),
    ]  # fmt: skip
    assert versions.undo(db, ROAD).source == "二.geojson"
    assert [row[1] for row in roads(db)] == ["二"]
    assert db.scalar(text("SELECT string_agg(name, '') FROM roads_kept")) == "三"


def test_the_first_loading_can_be_undone_too(db: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "l.geojson", [point(139.5, 35.7)], {"key": ["A-1"]}, crs="EPSG:4326",
                 form="Point")  # fmt: skip
    bench, post = kind_named("bench"), kind_named("post")
    with pytest.raises(BadFile, match="bench"):
        versions.undo(db, bench)
    loaded(db, file, "bench")
    loaded(db, file, "post")
    with pytest.raises(BadFile, match=r"1行.*--to-nothing"):
        versions.undo(db, bench)
    assert states(db, "bench")[0] == ("l.geojson", "live", 1)
    versions.undo(db, bench, to_nothing=True)
    theirs = text("SELECT kind FROM assets WHERE key = 'A-1' ORDER BY kind")
    assert db.scalars(theirs).all() == ["post"]
    versions.undo(db, bench)
    assert db.scalars(theirs).all() == ["bench", "post"]
    assert states(db, post.name)[0] == ("l.geojson", "live", 1)


def test_what_somebody_was_shown_and_is_no_longer_so_is_not_undone(
    db: Session, tmp_path: Path
) -> None:
    loaded(db, one_road(tmp_path, "一"), "road")
    seen = versions.way_back(db, ROAD).ids
    loaded(db, one_road(tmp_path, "二"), "road")
    with pytest.raises(BadFile, match="meanwhile"):
        versions.undo(db, ROAD, seen=seen)
    assert [row[1] for row in roads(db)] == ["二"]
    assert versions.undo(db, ROAD, seen=versions.way_back(db, ROAD).ids).source == "一.geojson"


def test_towns_change_without_the_city_around_them(db: Session, tmp_path: Path) -> None:
    before = areas_at(db, STATION)
    shape = box(139.50, 35.695, 139.515, 35.705)
    file = write(tmp_path / "t.geojson", [shape], {"name": ["新町"]}, crs="EPSG:4326",
                 form="Polygon")  # fmt: skip
    loaded(db, file, "town")
    after = areas_at(db, STATION)
    assert (after.town, after.district, after.inside) == ("新町", before.district, True)
    versions.undo(db, TOWN)
    assert areas_at(db, STATION) == before


def test_ids_are_never_used_again_so_that_a_tickets_road_stays_that_road(
    db: Session, tmp_path: Path
) -> None:
    seen = {row[0] for row in roads(db)}
    for name in ("一", "二"):
        loaded(db, one_road(tmp_path, name), "road")
        ids = {row[0] for row in roads(db)}
        assert not ids & seen
        seen |= ids


def test_a_ticket_keeps_the_road_that_it_was_routed_by(db: Session, tmp_path: Path) -> None:
    road = roads(db)[0][0]
    db.execute(
        text(
            "INSERT INTO tickets (number, category, place, road_id)"
            " VALUES ('X', 'pothole', 'SRID=4326;POINT(139.5 35.7)', :road)"
        ),
        {"road": road},
    )
    for name in ("一", "二"):
        loaded(db, one_road(tmp_path, name), "road")
    assert db.scalar(text("SELECT road_id FROM tickets WHERE number = 'X'")) == road


def test_a_whole_city_is_a_version_of_each_of_its_kinds(db: Session) -> None:
    before = areas_at(db, STATION)
    load_areas(db, SAMPLE / "areas.geojson")
    load_roads(db, SAMPLE / "roads.geojson")
    for kind in ("city", "district", "town", "neighbour", "road"):
        newest, older, *_ = states(db, kind)
        assert (newest[1], older[1]) == ("live", "kept")
        assert newest[2] == older[2] > 0
        versions.undo(db, kind_named(kind))
    assert areas_at(db, STATION) == before


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_going_back_a_schema_and_forth_again_keeps_every_metre_of_road(tmp_path: Path) -> None:
    """A road of two parts becomes two; what is there then is the first version of its kind."""
    parts = lines([(139.50, 35.70), (139.51, 35.70)], [(139.52, 35.70), (139.53, 35.70)])
    file = write(tmp_path / "r.gpkg", [parts], {"name": ["a"], "owner": ["市道"]}, crs="EPSG:4326",
                 form="MultiLineString")  # fmt: skip
    with transaction() as db:
        loaded(db, file, "road")
        metres = db.scalar(text("SELECT sum(ST_Length(line::geography)) FROM roads"))
    command.downgrade(config(), "0002")
    migrate()
    with transaction() as db:
        after = db.execute(text("SELECT count(*), sum(ST_Length(line::geography)) FROM roads"))
        assert after.one() == (2, pytest.approx(metres))
        assert states(db, "road") == [("load-city", "live", 2)]
        assert states(db, "city") == [("load-city", "live", 1)]
