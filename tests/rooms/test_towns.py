"""A town that is named in words is found, however its number is written."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.towns import plain, town_named

BY_NAME = text("""
    SELECT ST_Covers(shape, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) AS holds,
           (SELECT max(ST_Distance(corner.geom::geography,
                                   ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography))
            FROM ST_DumpPoints(shape) AS corner) AS furthest
    FROM areas WHERE kind = 'town' AND name = :name
""")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("本町6丁目", "本町六丁目"),
        ("本町6丁目の角", "本町六丁目の角"),
        ("本町六丁目", "本町六丁目"),
        ("10丁目と11丁目", "十丁目と十一丁目"),
        ("20丁目から35丁目", "二十丁目から三十五丁目"),
        ("1番地6号", "1番地6号"),
        ("", ""),
    ],
)
def test_the_number_of_a_town_is_read_in_any_writing(words: str, written: str) -> None:
    assert plain(words) == written


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("本町6丁目の公園の前に穴", "本町六丁目"),
        ("本町6丁目", "本町六丁目"),
        ("貫井北町のあたりです", "貫井北町"),
        ("a hole in honcho 6-chome, near the park", "本町六丁目"),
        ("前原町から貫井北町まで", "貫井北町"),
        ("本町に穴", None),
        ("国分寺市の道路", None),
        ("小金井市です", None),
        ("", None),
        ("%_'; --", None),
    ],
)
def test_towns_of_the_city_and_nothing_else_are_found(
    words: str, name: str | None, db: Session
) -> None:
    found = town_named(db, words)
    assert (found.name if found else None) == name


def test_the_point_lies_in_the_town_and_the_radius_reaches_its_border(db: Session) -> None:
    for name in ("本町六丁目", "貫井南町", "東町一丁目"):
        town = town_named(db, name)
        assert town
        values = {"lon": town.point.lon, "lat": town.point.lat, "name": name}
        row = db.execute(BY_NAME, values).one()
        assert row.holds
        assert town.radius_m == pytest.approx(row.furthest, rel=0.02)
