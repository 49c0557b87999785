"""A city's roads in sections: hand-drawn nets of a few roads, cut by a real PostGIS."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import.city_files import load_roads
from geo.sections.cutting import cut, is_cut
from geo.sections.models import RoadSection

EAST, NORTH = 1 / 90_000, 1 / 111_000
"""A metre, about, in degrees at the sample city."""
At = Sequence[tuple[float, float]]


def road(name: str, line: At, **facts: Any) -> dict[str, Any]:
    """A road of the city; its line in metres to the east and north."""
    there = [[139.5 + x * EAST, 35.7 + y * NORTH] for x, y in line]
    return {
        "type": "Feature",
        "properties": {"name": name, "owner": "city", **facts},
        "geometry": {"type": "LineString", "coordinates": there},
    }


def sections(db: Session, folder: Path, *roads: dict[str, Any]) -> dict[str, float]:
    """The sections of these roads and nothing else: metres by name."""
    for table in ("assets", "areas"):
        db.execute(text(f"DELETE FROM {table}"))
    file = folder / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": roads}))
    load_roads(db, file)
    cut(db)
    found = db.query(RoadSection).filter(RoadSection.in_use).order_by(RoadSection.name)
    return {each.name: each.length_m for each in found}


LONG = [(0, 0), (200, 0)]
RING = [(0, 0), (60, 0), (60, 60), (0, 60), (0, 0)]
END = "との交差点から行き止まりまで"
NETS: list[tuple[str, list[dict[str, Any]], dict[str, int]]] = [
    (
        "a T, drawn a metre short",
        [road("甲", LONG), road("乙", [(80, -1), (80, -90)])],
        {f"甲、乙{END}(1)": 80, f"甲、乙{END}(2)": 120, f"乙、甲{END}": 89},
    ),
    (
        "an X without a shared vertex",
        [road("甲", LONG), road("乙", [(50, -100), (50, 100)])],
        {f"甲、乙{END}(1)": 50, f"甲、乙{END}(2)": 150,
         f"乙、甲{END}(1)": 100, f"乙、甲{END}(2)": 100},
    ),
    (
        "a bridge over a road, on a road that goes on",
        [road("甲", LONG), road("乙", [(50, -100), (50, -30)]),
         road("乙", [(50, -30), (50, 30)], level=1), road("乙", [(50, 30), (50, 100)])],
        {"甲": 200, "乙": 200},
    ),
    (
        "a roundabout of three arms, one arc of it too short for a section",
        [road("環", [(0, 0), (15, 10), (30, 0), (15, -10), (0, 0)]),
         road("西", [(-100, 0), (0, 0)]), road("東", [(30, 0), (130, 0)]),
         road("南", [(15, -10), (15, -110)])],
        {f"東、環{END}": 100, f"西、環{END}": 100, f"南、環{END}": 100,
         "環、東との交差点から西との交差点まで": 36, "環、西との交差点から東との交差点まで": 36},
    ),
    ("a ring without crossings", [road("環", RING)], {"環": 240}),
    (
        "the same line twice, once backwards, and a short end in a row of its own",
        [road("甲", LONG), road("甲", LONG[::-1]), road("甲", [(200, 0), (212, 0)])],
        {"甲": 212},
    ),
    (
        "a line that ends on itself",
        [road("甲", [(0, 0), (100, 0), (100, 80), (50, 80), (50, 0)])],
        {"甲(1)": 50, "甲(2)": 260},
    ),
    ("a long one", [road("甲", [(0, 0), (700, 0)])], {"甲(1)": 233, "甲(2)": 233, "甲(3)": 233}),
]  # fmt: skip


@pytest.mark.parametrize(("net", "roads", "wanted"), NETS, ids=[net for net, *_ in NETS])
def test_a_road_is_cut_where_others_meet_it(
    db: Session, tmp_path: Path, net: str, roads: list[dict[str, Any]], wanted: dict[str, int]
) -> None:
    found = sections(db, tmp_path, *roads)
    assert found == pytest.approx(wanted, rel=0.02), net


def test_the_sample_city_is_cut_without_losing_a_metre_and_keys_survive_a_reload(
    db: Session, tmp_path: Path
) -> None:
    many = cut(db)
    ((roads, cut_up),) = db.execute(
        text(
            "SELECT (SELECT sum(ST_Length(line::geography)) FROM roads),"
            " (SELECT sum(length_m) FROM road_sections WHERE in_use)"
        )
    )
    assert cut_up == pytest.approx(roads, abs=1)
    keys = {key for (key,) in db.execute(text("SELECT key FROM road_sections WHERE in_use"))}
    assert len(keys) == many > 278
    assert is_cut(db)
    db.execute(text("UPDATE layers SET state = 'gone' WHERE kind = 'road' AND state = 'kept'"))
    db.execute(text("UPDATE roads SET id = id + 100000"))
    assert cut(db) == many
    again = {key for (key,) in db.execute(text("SELECT key FROM road_sections WHERE in_use"))}
    assert again == keys
