"""A point that somebody writes, in figures, as a link or as a plus code, is read where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import Point
from geo.written_points import is_unreadable_link, point_in

HERE = Point(139.5031, 35.6995)
WRITTEN = [
    "35.6995, 139.5031",
    "35.6995,139.5031",
    "35.6995 139.5031",
    "３５．６９９５，１３９．５０３１",
    "(35.6995, 139.5031)",
    "139.5031, 35.6995",
    "北緯35.6995度 東経139.5031度",
    "緯度:35.6995 経度:139.5031",
    "緯度 35.6995\n経度 139.5031",
    "N35.6995 E139.5031",
    "35.6995° N, 139.5031° E",
    "lat=35.6995&lng=139.5031",
    "35°41'58.2\"N 139°30'11.16\"E",
    "35°41′58.2″ 139°30′11.16″",
    "北緯35度41分58.2秒、東経139度30分11.16秒",
    "N35°41.970' E139°30.186'",
    "geo:35.6995,139.5031",
    "geo:35.6995,139.5031;u=20?z=17",
    "https://www.google.com/maps?q=35.6995,139.5031",
    "https://maps.google.com/?ll=35.6995,139.5031&z=16",
    "https://www.google.com/maps/@35.6995,139.5031,17z",
    "https://www.google.com/maps/search/35.6995,+139.5031?entry=tts",
    "https://www.google.com/maps/search/?api=1&query=35.6995%2C139.5031",
    "https://www.google.com/maps/dir/?api=1&destination=35.6995,139.5031",
    "https://www.google.com/maps/place/x/@35.7011,139.5005,17z/data=!3m5!1s0x6!8m2!3d35.6995!4d139.5031",
    "https://maps.apple.com/?ll=35.6995,139.5031&q=Pin",
    "https://maps.apple.com/place?coordinate=35.6995%2C139.5031&name=Pin",
    "https://maps.gsi.go.jp/#17/35.6995/139.5031/&base=std&ls=std",
    "https://www.openstreetmap.org/?mlat=35.6995&mlon=139.5031#map=17/35.7011/139.5005",
    "https://www.openstreetmap.org/#map=17.5/35.6995/139.5031",
    "https://map.yahoo.co.jp/place?lat=35.6995&lon=139.5031&zoom=17",
]


@pytest.mark.parametrize("words", WRITTEN)
def test_a_written_point_is_read_and_nothing_else_is_left(words: str) -> None:
    found = point_in(words)
    assert found
    assert (found.point.lon, found.point.lat) == pytest.approx((HERE.lon, HERE.lat), abs=1e-7)
    assert found.rest == ""
    assert not is_unreadable_link(words)


def test_what_stands_beside_a_point_stays() -> None:
    for words in ("ここに穴 35.6995, 139.5031 です", "ここに穴 geo:35.6995,139.5031 です"):
        found = point_in(words)
        assert found
        assert found.rest == "ここに穴 です"


# the points are those of Google's own decoder, openlocationcode 1.0.1
@pytest.mark.parametrize(
    ("code", "lat", "lon", "radius_m"),
    [
        ("8Q7XMGX3+R6", 35.6995625, 139.5030625, 6.9),
        ("8q7xmgx3+r6", 35.6995625, 139.5030625, 6.9),
        ("https://plus.codes/8Q7XMGX3%2BR6", 35.6995625, 139.5030625, 6.9),
        ("MGX3+R6 小金井市", 35.6995625, 139.5030625, 6.9),
        ("8Q7XMGX3+R6J", 35.6995875, 139.503015625, 1.4),
    ],
)
def test_a_plus_code_is_the_middle_of_its_cell(
    code: str, lat: float, lon: float, radius_m: float
) -> None:
    found = point_in(code, near=lambda: Point(139.4, 35.3))
    assert found
    assert (found.point.lat, found.point.lon) == pytest.approx((lat, lon), abs=1e-9)
    assert found.radius_m == pytest.approx(radius_m, abs=0.1)


def test_a_plus_code_without_its_beginning_is_none_without_a_city() -> None:
    assert point_in("MGX3+R6 小金井市") is None


@pytest.mark.parametrize(
    ("words", "radius_m"),
    [
        ("35.699, 139.503", 55.5),
        ("35.6995, 139.503", 55.5),
        ("35.69951, 139.50312", 1.0),
        ("35°41'58\" 139°30'11\"", 15.4),
    ],
)
def test_few_figures_leave_much_open(words: str, radius_m: float) -> None:
    found = point_in(words)
    assert found
    assert found.radius_m == pytest.approx(radius_m, abs=0.1)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "穴があります",
        "35.6, 139.5",
        "幅1.250 深さ0.350",
        "35.6995",
        "35.6995 と書いた看板から 139.5031 まで",
        "91.1234, 139.5031",
        "48.8566, 2.3522",
        "0.0000, 0.0000",
        "042-387-9845",
        "991-611-302",
        "2026-11-30 12:30",
        "C++2X と A+B",
        "https://example.com/35.6995",
        "geo:nan,inf",
    ],
)
def test_other_figures_are_no_place(words: str) -> None:
    assert point_in(words, near=lambda: HERE) is None


@pytest.mark.parametrize(
    "words",
    [
        "https://maps.app.goo.gl/AbCdEf12345",
        "ここです https://goo.gl/maps/AbCdEf",
        "///ことば.みっつ.ここ",
        "https://w3w.co/filled.count.soap",
    ],
)
def test_a_link_that_only_its_maker_reads_is_known_as_one(words: str) -> None:
    assert is_unreadable_link(words)


@given(st.text(max_size=80) | st.from_regex(r"\A[-0-9., °'NE+:geo/]{0,60}\Z"))
def test_whatever_is_written_is_a_place_in_japan_or_none(words: str) -> None:
    found = point_in(words, near=lambda: HERE)
    assert found is None or (120 < found.point.lon < 156 and 18 < found.point.lat < 48)
