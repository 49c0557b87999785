"""Roads as people name them: in any writing, inside a town, and where two of them meet."""

import pytest
from sqlalchemy.orm import Session

from geo import named_roads
from geo.named_places import FoundPlace, places
from geo.named_roads import road_key
from geo.points import Point, metres_between
from store import sql
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
STATION = Point(139.5067, 35.7011)
EAST = Point(139.5266, 35.6980)


def named(words: str, near: Point = STATION) -> list[FoundPlace]:
    with transaction() as db:
        return places(db, words, near=lambda: near)


def metres_to(db: Session, point: Point, road: str) -> float:
    statement = (
        "SELECT min(ST_Distance(line::geography, ST_SetSRID("
        "ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography)) FROM roads"
        " WHERE %(road)s IN (name, ref)"
    )
    ((metres,),) = sql.run(db, statement, road=road, lon=point.lon, lat=point.lat)
    return float(metres)


@pytest.mark.parametrize(
    ("said", "road"),
    [
        ("連雀通り", "連雀通り"), ("連雀通", "連雀通り"), ("市道第112号", "市道112"),
        ("市道１１２号線", "市道112"), ("都道15号線のあたり", "都道15"), ("連雀", "連雀通り"),
        ("新小金井街道", "新小金井街道"),
    ],
)  # fmt: skip
def test_a_road_is_found_however_it_is_written(said: str, road: str) -> None:
    first = named(said)[0]
    assert (first.name, first.kind, first.is_exact) == (road, "road", False)
    with transaction() as db:
        assert metres_to(db, first.point, road) < 1


def test_it_is_the_part_nearest_to_the_middle_of_the_map_or_in_the_town_that_is_named() -> None:
    west, east = (named("連雀通り", near)[0].point for near in (STATION, EAST))
    assert metres_between(east, EAST) < 250 < metres_between(west, EAST)
    in_town = named("連雀通り 前原町", EAST)[0]
    assert (in_town.name, in_town.kind) == ("前原町、連雀通り", "road")
    with transaction() as db:
        found = sql.run(
            db,
            "SELECT name FROM areas WHERE kind = 'town' AND ST_DWithin(shape,"
            " ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 0.00001)",
            lon=in_town.point.lon,
            lat=in_town.point.lat,
        )
        assert "前原町" in {name for (name,) in found}


def test_where_two_roads_meet_is_a_place() -> None:
    for said in ("小金井街道と連雀通りの交差点", "連雀通り×小金井街道", "都道15 連雀通"):
        (meet, *_) = named(said)
        assert (meet.kind, meet.is_exact) == ("crossing", True), said
        assert "と" in meet.name
        with transaction() as db:
            assert metres_to(db, meet.point, "小金井街道") < 20
            assert metres_to(db, meet.point, "連雀通り") < 20
        assert named(meet.name)[0].point == meet.point, "as the form sends it"


def test_a_number_is_no_part_of_a_longer_one_and_no_road_is_none() -> None:
    assert "市道11" not in {place.name for place in named("市道119号")}
    assert {place.kind for place in named("15")} <= {"town", "landmark", "crossing"}
    for said in ("第", "号線", "道", "通り", "%", "_", "\\", "x" * 200, "市道" * 60):
        named(said)


def test_names_are_compared_alike_here_and_in_the_database() -> None:
    for written in (
        "市道第12号線", "連雀通り", "ＡＢ　霞が関通り", "第３号線", "1級市道第１‐２号線", "線",
        "通り", "市道 第 7 号", "",
    ):  # fmt: skip
        with transaction() as db:
            ((key,),) = sql.run(db, "SELECT michi_road_key(%(written)s)", written=written)
        assert road_key(written) == key, written


def test_names_are_looked_up_by_their_indexes() -> None:
    with transaction() as db:
        sql.run(db, "SET LOCAL enable_seqscan = off")
        for statement, values in (
            (named_roads._KNOWN, {"keys": ["連雀通", "市道12"]}),
            (named_roads._LIKE, {"typed": "連雀%", "limit": 8}),
            (named_roads._OF_ROAD, {"key": "連雀通", "town": "", "lon": 139.5, "lat": 35.7}),
        ):
            plan = str(sql.run(db, f"EXPLAIN {statement}", **values).fetchall())
            assert "ix_roads_name_key" in plan
            assert "ix_roads_ref_key" in plan
            assert "Seq Scan on roads" not in plan
