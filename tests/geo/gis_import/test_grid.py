"""A city of straight streets, in whatever system: every segment is found, at its true distance."""

import resource
from pathlib import Path

import pytest
from made_files import Grid, in_degrees, line, loaded, staged, write
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import import one_file
from geo.roads import roads_near

FOOT = 1200 / 3937
OWNERS = {"国道": "national", "都道": "prefecture", "市道": "city", "私道": "other"}
PLACES = [
    pytest.param(6677, 1.0, Grid(-29_000, -33_000, 80, 12), id="Tokyo, JGD2011 zone IX"),
    pytest.param(6683, 1.0, Grid(19_000, 23_800, 80, 12), id="Naha, JGD2011 zone XV"),
    pytest.param(6680, 1.0, Grid(-73_000, -103_000, 80, 12), id="Sapporo, JGD2011 zone XII"),
    pytest.param(2451, 1.0, Grid(-29_000, -33_000, 80, 12), id="Tokyo, JGD2000 zone IX"),
    pytest.param(30169, 1.0, Grid(-29_000, -33_000, 80, 12), id="Tokyo, Tokyo Datum zone IX"),
    pytest.param(2263, FOOT, Grid(985_000, 200_000, 260, 12), id="New York, US feet"),
    pytest.param(2926, FOOT, Grid(1_270_000, 225_000, 260, 12), id="Seattle, US feet, HARN"),
]


@pytest.mark.parametrize(("srid", "unit", "grid"), PLACES)
def test_the_nearest_segment_is_the_one_that_geometry_says(
    db: Session, tmp_path: Path, srid: int, unit: float, grid: Grid
) -> None:
    segments = grid.segments()
    file = write(
        tmp_path / "roads.shp",
        [line(*ends) for ends in segments.values()],
        {"SEG": list(segments), "KIND": [grid.owner(name) for name in segments]},
        crs=f"EPSG:{srid}", encoding="UTF-8",
    )  # fmt: skip
    columns = {"name": "SEG", "owner": "KIND", "id": "SEG"}
    preview = loaded(db, file, "road", columns=columns, elsewhere=True)
    assert preview.rows == len(segments) == 2 * 12 * 11
    ids = {row.id: row.source_id for row in db.execute(text("SELECT id, source_id FROM roads"))}
    for name in segments:
        share, offset = 0.3, grid.block * 0.11
        near = roads_near(db, in_degrees(db, grid.beside(name, share, offset), srid))[0]
        assert ids[near.id] == name
        assert near.owner == OWNERS[grid.owner(name)]
        assert near.metres == pytest.approx(offset * unit, rel=2e-4, abs=0.02)


@pytest.mark.long
@pytest.mark.parametrize("many", [30_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_so_many_segments_in_feet_are_loaded_in_pieces_without_growing(
    db: Session, tmp_path: Path, many: int
) -> None:
    grid = Grid(940_000, 160_000, 260, 225)
    segments = dict(list(grid.segments().items())[:many])
    file = write(
        tmp_path / "roads.gpkg",
        [line(*ends) for ends in segments.values()],
        {"id": [*segments], "name": [*segments], "owner": [*map(grid.owner, segments)]},
        crs="EPSG:2263",
    )  # fmt: skip
    seen: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    preview = staged(db, file, "road", elsewhere=True, progress=seen.append)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
    assert seen == [*range(10_000, many + 1, 10_000)]
    assert preview.rows == one_file.write(db, preview, source="roads.gpkg") == many
    assert preview.owners["市道", "city"] == sum(grid.owner(name) == "市道" for name in segments)
    assert db.scalar(text("SELECT count(DISTINCT source_id) FROM roads")) == many
    for name in [*segments][:: many // 3]:
        (near, *_) = roads_near(db, in_degrees(db, grid.beside(name, 0.5, 30), 2263))
        assert near.name == name
        assert near.metres == pytest.approx(30 * FOOT, rel=2e-4)
