"""A town that is named in words is found, however its number is written."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.towns import place_named, plain

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
        ("本町 6-5-3", "本町六丁目-5-3"),
        ("本町6ー5ー3の前", "本町六丁目ー5ー3の前"),
        ("本町6の5の3", "本町六丁目の5の3"),
        ("本町六の五", "本町六丁目の五"),
        ("電話は 042-387-1234", "電話は 042-387-1234"),
        ("Honchō 6 chome", "Honcho 6-chome"),
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
        ("本町6-5-3です", "本町六丁目"),
        ("at Honcho 6-5-3", "本町六丁目"),
        ("6-chome, Honcho", "本町六丁目"),
        ("Honchō 6chome", "本町六丁目"),
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
    found = place_named(db, words)
    assert (found.name if found else None) == name


def test_the_point_lies_in_the_town_and_the_radius_reaches_its_border(db: Session) -> None:
    for name in ("本町六丁目", "貫井南町", "東町一丁目"):
        town = place_named(db, name)
        assert town
        values = {"lon": town.point.lon, "lat": town.point.lat, "name": name}
        row = db.execute(BY_NAME, values).one()
        assert row.holds
        assert town.radius_m == pytest.approx(row.furthest, rel=0.02)


@pytest.mark.parametrize(
    ("words", "name", "english"),
    [
        ("前原坂上の交差点に穴", "前原坂上交差点", ""),
        ("前原坂上で", "前原坂上交差点", ""),
        ("本町1-2、前原坂上交差点のそば", "本町一丁目、前原坂上交差点",
         "Honcho 1-chome, 前原坂上交差点"),
        ("緑町公園の前", "緑町公園", ""),
        ("小金井公園南口", "小金井公園 南口", ""),
        ("貫井北町", "貫井北町", "Nukui-kitamachi"),
        ("本町に穴", None, None),
    ],
)  # fmt: skip
def test_a_crossing_or_a_landmark_that_is_named_says_more_than_the_town(
    words: str, name: str | None, english: str | None, db: Session
) -> None:
    found = place_named(db, words)
    assert (found and found.name, found and found.name_en) == (name, english)
    assert found is None or "交差点" not in found.name or found.radius_m == 50


def test_a_crossing_called_like_a_town_is_one_only_where_it_is_called_a_crossing(
    db: Session,
) -> None:
    db.execute(text("UPDATE assets SET name = '本町' WHERE name = '前原坂上'"))
    for words in ("本町6丁目に穴", "本町に穴", "本町6-5-3"):
        found = place_named(db, words)
        assert found is None or found.name == "本町六丁目"
    found = place_named(db, "本町の交差点")
    assert found
    assert found.name == "本町交差点"
