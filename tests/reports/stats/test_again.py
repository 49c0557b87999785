"""Repairs that came back and sections in their order, on the sample city's roads."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyogrio
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point
from geo.sections.cutting import cut
from reports.city.clock import today
from reports.documents.again import csv_file, geopackage
from reports.documents.again.columns import of_sections
from reports.stats.again import reading
from reports.stats.again.classes import CLASSES, classes, trend
from reports.stats.again.follow import follow
from reports.stats.again.reading import Only

NOW = datetime.now(UTC)


@pytest.fixture
def spots(db: Session) -> list[Point]:
    """Three places on one section of くぬぎ通り, 0, 10 and 80 m from its first."""
    cut(db)
    rows = db.execute(
        text(
            "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_LineInterpolatePoint("
            " ST_GeometryN(line, 1), share / length_m) AS p FROM (SELECT * FROM road_sections"
            " WHERE road_name = 'くぬぎ通り' AND length_m > 150 ORDER BY key LIMIT 1) AS s,"
            " unnest(ARRAY[20.0, 30.0, 100.0]) AS share) AS points"
        )
    )
    return [Point(*row) for row in rows]


def put(db: Session, number: str, place: Point, days_ago: float, **more: str) -> int:
    """A ticket that lies on くぬぎ通り."""
    facts = {"category": "pothole", "status": "received"} | more
    made: int = db.execute(
        text(
            "INSERT INTO tickets (number, category, status, place, place_name, owner, why,"
            " received_at) VALUES (:number, :category, :status,"
            " ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), '本町', 'city',"
            " jsonb_build_object('road', jsonb_build_object('owner', 'city', 'name', 'くぬぎ通り',"
            " 'ref', '市道102')), :at) RETURNING id"
        ),
        facts
        | {"number": number, "lon": place.lon, "lat": place.lat}
        | {"at": NOW - timedelta(days=days_ago)},
    ).scalar_one()
    return made


def move(db: Session, ticket: int, to: str, days_ago: float) -> None:
    """A line of its history."""
    db.execute(
        text(
            "INSERT INTO history (ticket_id, actor, actor_name, what, to_status, at)"
            " VALUES (:id, 'staff', '山田', 'moved', :to, :at)"
        ),
        {"id": ticket, "to": to, "at": NOW - timedelta(days=days_ago)},
    )


def all_of(db: Session) -> None:
    while follow(db):
        pass


def test_what_is_mended_and_wrong_again_is_found_with_how_near_and_when(
    db: Session, spots: list[Point]
) -> None:
    here, near, far = spots
    first = put(db, "T-1", here, 300, status="fixed")
    move(db, first, "fixed", 290)
    put(db, "T-2", near, 200)
    put(db, "T-3", far, 100)
    put(db, "T-4", near, 50, category="sign")  # another kind
    put(db, "T-5", near, 40, status="merged")
    reopened = put(db, "T-6", far, 30, category="drain")
    for to, ago in (("fixed", 20), ("reopened", 10)):
        move(db, reopened, to, ago)
    late = put(db, "T-7", here, 1200, category="mirror", status="fixed")
    move(db, late, "fixed", 1190)
    put(db, "T-8", here, 400, category="mirror")  # more than two years after
    all_of(db)
    only = Only(until=today(), years=5)
    found = reading.came_back(db, only)
    assert [(one.again, one.first, one.how, round(one.metres), one.days) for one in found] == [
        ("T-6", "T-6", "reopened", 0, 10),
        ("T-3", "T-1", "section", pytest.approx(80, abs=2), 190),
        ("T-2", "T-1", "place", pytest.approx(10, abs=1), 90),
    ]
    assert found[1].who == "山田"
    assert reading.count(db, only) == 3
    assert [one.again for one in reading.came_back(db, only, after=found[0].id)] == ["T-3", "T-2"]
    assert not reading.came_back(db, Only(until=today(), categories=("sign",)))
    # the repair that did not hold is taken back: what came after it has not come back
    db.execute(text("DELETE FROM history WHERE ticket_id = :id"), {"id": first})
    db.execute(text("UPDATE again_state SET pass_after = 0"))
    all_of(db)
    assert [one.again for one in reading.came_back(db, only)] == ["T-6"]


def test_sections_stand_in_the_order_of_weighted_reports_by_length_and_go_into_files(
    db: Session, spots: list[Point], tmp_path: Path
) -> None:
    for turn, place in enumerate(spots):
        put(db, f"T-{turn}", place, 10 + turn)
    put(db, "T-9", spots[0], 5, category="animal")
    put(db, "T-A", spots[0], 5, status="declined")
    all_of(db)
    (one,) = reading.sections(db, Only(until=today(), years=2))
    assert (one.road, one.tickets, one.weighted) == ("くぬぎ通り", 4, 9.0)
    assert one.rate == pytest.approx(9 * 100 / one.length_m / 2)
    assert sum(one.by_year.values()) == 4
    assert len([*reading.tickets_of(db, one.key, Only(until=today()))]) == 4
    columns = of_sections({"0": "この1年"}, classes([(one.key, one.rate)]))
    written = csv_file.written(columns, [one]).decode("utf-8-sig").splitlines()
    assert written[0].startswith("順位の組,区間,路線名")
    assert written[1].split(",")[0] == "A"
    geopackage.write(tmp_path / "s.gpkg", columns, [one])
    layer = pyogrio.read_info(tmp_path / "s.gpkg", layer=geopackage.LAYER)
    assert layer["features"] == 1
    assert "100mあたり年間" in [*layer["fields"]]
    with sqlite3.connect(tmp_path / "s.gpkg") as file:
        ((style,),) = file.execute("SELECT styleQML FROM layer_styles WHERE useAsDefault")
    assert style.count("<category ") == len(CLASSES)


def test_groups_are_by_rank_and_equal_rates_share_theirs() -> None:
    rates = [(str(n), 10.0 if n < 3 else 1 / n) for n in range(20)] + [("none", 0.0)]
    letters = "".join(each.letter for each in classes(rates).values())
    assert letters == "AAABBCCCCCCDDDDDDDDDD"
    assert classes([]) == {}
    assert trend({"1": 3, "0": 5}, ["1", "0"]) == "増えている"
    assert trend({}, ["0"]) == ""
