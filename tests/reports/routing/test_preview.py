"""Many points in one statement, on straight, crooked and round streets from Naha to Wakkanai."""

import math
import random
from pathlib import Path

import pytest
from made_files import in_degrees, line, loaded, write
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.areas import areas_at, areas_at_many
from geo.points import Point
from geo.roads import roads_near, roads_near_many
from reports.routing.preview import ask

OWNERS = {"国道": "national", "都道": "prefecture", "市道": "city", "私道": "other"}


def test_many_points_are_answered_as_each_alone(db: Session) -> None:
    dice = random.Random(4)
    points = [Point(dice.uniform(139.475, 139.54), dice.uniform(35.68, 35.72)) for _ in range(120)]
    points += [Point(139.5083, 35.7087), Point(-122.3, 47.6), Point(139.5, -35.7)]
    assert roads_near_many(db, points) == [roads_near(db, point) for point in points]
    assert areas_at_many(db, points) == [areas_at(db, point) for point in points]
    assert (roads_near_many(db, []), areas_at_many(db, []), ask(db, [])) == ([], [], [])


def test_without_an_outline_nothing_is_said_to_be_outside(db: Session) -> None:
    here = Point(139.5067, 35.7011)
    db.execute(text("DELETE FROM areas WHERE kind = 'city'"))
    (answer,) = ask(db, [here], category="pothole")
    assert (answer.inside, answer.where.town) == (None, "本町六丁目")
    assert answer.decisions[0].department == "road"
    db.execute(text("DELETE FROM roads"))
    (answer,) = ask(db, [here], category="pothole")
    assert (answer.road, answer.margin_m, answer.decisions[0].department) == (None, None, None)


ROUND = [
    pytest.param(6683, (19_000, 23_800), id="Naha, zone XV"),
    pytest.param(6680, (-45_000, 157_000), id="Wakkanai, zone XII"),
    pytest.param(6677, (-29_000, -33_000), id="Tokyo, zone IX"),
    pytest.param(30169, (-29_000, -33_000), id="Tokyo, Tokyo Datum"),
]


def ring(x: float, y: float, radius: float, part: int) -> list[tuple[float, float]]:
    """An eighth of a circle, in chords that leave it by less than a centimetre."""
    bearings = [(part + step / 60) * math.pi / 4 for step in range(61)]
    return [(x + radius * math.cos(b), y + radius * math.sin(b)) for b in bearings]


@pytest.mark.parametrize(("srid", "centre"), ROUND)
def test_round_streets_are_told_apart_at_every_bearing(
    db: Session, tmp_path: Path, srid: int, centre: tuple[float, float]
) -> None:
    """Rings 40 m apart, each of another owner: the nearest is known by the radius alone."""
    db.execute(text("DELETE FROM areas"))
    db.execute(text("UPDATE city SET facts = facts - 'centre'"))
    parts = [(turn, part) for turn in range(12) for part in range(8)]
    kinds = [[*OWNERS][turn % 4] for turn, _ in parts]
    file = write(
        tmp_path / "rings.shp",
        [line(*ring(*centre, 60 + 40 * turn, part)) for turn, part in parts],
        {"id": [f"{turn}-{part}" for turn, part in parts], "owner": kinds,
         "name": [f"環{turn}号" for turn, _ in parts]},
        crs=f"EPSG:{srid}", encoding="cp932",
    )  # fmt: skip
    loaded(db, file, "road")
    expected, points = [], []
    for number, (turn, part) in enumerate(parts):
        bearing = (part + 0.07 + 0.86 * (number % 11) / 10) * math.pi / 4
        off = (-1) ** number * (3 + number % 15)
        radius = 60 + 40 * turn + off
        xy = centre[0] + radius * math.cos(bearing), centre[1] + radius * math.sin(bearing)
        points.append(in_degrees(db, xy, srid))
        expected.append((f"{turn}-{part}", OWNERS[kinds[number]], abs(off)))
    for answer, (name, owner, metres) in zip(ask(db, points), expected, strict=True):
        facts = answer.to_json()
        assert (facts["road_id"], facts["owner"]) == (name, owner)
        assert facts["distance_m"] == pytest.approx(metres, rel=3e-4, abs=0.02)
