"""A point is a place on the earth or it is refused."""

import math

import pytest
from hypothesis import strategies as st
from pyproj import Geod

from geo.points import NoPosition, Point, metres_between, way

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
    ("east", "north", "wind"),
    [
        (0, 1, "n"), (1, 1, "ne"), (1, 0, "e"), (1, -1, "se"), (0, -1, "s"), (-1, -1, "sw"),
        (-1, 0, "w"), (-1, 1, "nw"), (-0.3, 1, "n"), (0.3, 1, "n"), (0.6, 1, "ne"),
    ],
)  # fmt: skip
def test_which_way_another_place_lies_is_told_by_metres_and_not_by_degrees(
    east: float, north: float, wind: str
) -> None:
    here = Point(139.5, 35.7)
    across = 1 / math.cos(math.radians(here.lat))
    there = Point(here.lon + east * across / 1000, here.lat + north / 1000)
    assert way(here, there) == wind


@pytest.mark.parametrize("there", [(139.53, 35.7), (139.5, 35.72), (139.48, 35.69)])
def test_metres_are_those_of_the_ellipsoid_within_half_a_per_cent(
    there: tuple[float, float],
) -> None:
    _, _, metres = Geod(ellps="WGS84").inv(139.5, 35.7, *there)
    assert metres_between(Point(139.5, 35.7), Point(*there)) == pytest.approx(metres, rel=0.005)
