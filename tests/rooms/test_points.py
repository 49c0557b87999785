"""A point is a place on the earth or it is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import NoPosition, Point, metres_between

LONS = st.floats(-180, 180)
LATS = st.floats(-90, 90)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (math.nan, 35.7),
        (139.5, math.nan),
        (math.inf, 35.7),
        (139.5, -math.inf),
        (0.0, 0.0),
        (-0.0, 0.0),
        (0, 0),
        (180.0000001, 35.7),
        (-180.1, 35.7),
        (35.7, 139.5),
        (139.5, 90.1),
        (139.5, -90.1),
    ],
)
def test_what_is_no_place_on_the_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(NoPosition):
        Point(lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(139.5067, 35.7011), (180, 90), (-180, -90), (0, 51.5), (-0.1, 0), (9.26, 0.0)],
)
def test_a_place_on_the_edge_of_the_map_is_still_a_place(lon: float, lat: float) -> None:
    assert (Point(lon, lat).lon, Point(lon, lat).lat) == (lon, lat)


def test_text_for_the_database_names_the_longitude_first() -> None:
    assert Point(139.5067, 35.7011).wkt == "SRID=4326;POINT(139.5067 35.7011)"


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(139.5067, 35.7011), Point(139.5067, 35.7011), 0),
        (Point(139.5067, 35.7011), Point(139.5246, 35.7015), 1_620),
        (Point(139.5, 35.7), Point(139.5, 36.7), 111_195),
        (Point(179.9995, 35.7), Point(-179.9995, 35.7), 90),
        (Point(90, 0), Point(-90, 0), math.pi * 6_371_009),
    ],
)
def test_metres_between_two_points_are_metres(one: Point, other: Point, metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, rel=0.01, abs=0.01)


@given(LONS, LATS, LONS, LATS)
def test_the_way_there_is_as_long_as_the_way_back(
    lon1: float, lat1: float, lon2: float, lat2: float
) -> None:
    try:
        one, other = Point(lon1, lat1), Point(lon2, lat2)
    except NoPosition:
        return
    there = metres_between(one, other)
    assert 0 <= there <= 20_016_000
    assert there == pytest.approx(metres_between(other, one), abs=1e-3)
