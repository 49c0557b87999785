"""Coordinates of every system become the right degrees, to a tenth of a metre."""

import math
from pathlib import Path

import numpy as np
import pytest
from made_files import in_degrees, line, point, staged, write
from pyproj import CRS, Geod, Transformer
from sqlalchemy.orm import Session

from geo.gis_import.systems import JAPANESE_PLANES, system_of
from geo.kinds import BadFile

METRES = Geod(ellps="WGS84")
SYSTEMS = [*range(6669, 6688), *range(2443, 2462), 4612, 6668, 4326, 32654, 3857, 2263, 2926]


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return METRES.inv(*one, *other)[2]


@pytest.mark.parametrize("latitude", [24.4, 26.2, 35.7, 43.1, 45.4])
def test_degrees_are_within_a_tenth_of_a_metre_of_the_way_through_gauss(latitude: float) -> None:
    """Planes of JGD2011: pyproj's own transverse Mercator, without any change of datum."""
    for code in range(6669, 6688):
        middle = CRS.from_epsg(code).to_cf()["longitude_of_central_meridian"]
        origin = CRS.from_epsg(code).to_cf()["latitude_of_projection_origin"]
        by_hand = Transformer.from_pipeline(
            f"+proj=pipeline +step +inv +proj=tmerc +lat_0={origin} +lon_0={middle} +k=0.9999"
            " +ellps=GRS80 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
        )
        north = (latitude - origin) * 111_000
        for east in (-90_000.0, 0.0, 45_000.0):
            (found,) = system_of(f"EPSG:{code}", None).degrees(np.array([[east, north]]))
            lon, lat = by_hand.transform(east, north)
            assert apart(tuple(found), (lon, lat)) < 0.1
            assert lat == pytest.approx(latitude, abs=0.2)


@pytest.mark.parametrize("code", SYSTEMS)
def test_postgis_goes_the_same_way(db: Session, code: int) -> None:
    area = CRS.from_epsg(code).area_of_use
    assert area
    into = Transformer.from_crs(4326, code, always_xy=True)
    west, south = max(area.west, -170), max(area.south, -80)
    east, north = min(area.east, 170), min(area.north, 80)
    for share in (0.3, 0.6, 0.7):
        lon, lat = west + (east - west) * share, south + (north - south) * share
        xy = into.transform(lon, lat)
        (found,) = system_of(f"EPSG:{code}", None).degrees(np.array([xy]))
        there = in_degrees(db, xy, code)
        assert apart(tuple(found), (there.lon, there.lat)) < 0.1


def test_tokyo_datum_is_within_its_nine_metres_at_the_datums_own_origin() -> None:
    """日本経緯度原点: its degrees in both systems are published by 国土地理院."""
    old = (139 + 44 / 60 + 40.5020 / 3600, 35 + 39 / 60 + 17.5148 / 3600)
    new = (139 + 44 / 60 + 28.8759 / 3600, 35 + 39 / 60 + 29.1572 / 3600)
    system = system_of("EPSG:4301", None)
    (found,) = system.degrees(np.array([old]))
    assert apart(old, new) > 400
    assert apart(tuple(found), new) < 2
    assert system.accuracy_m(np.array([old])) == 9


@pytest.mark.parametrize(
    ("code", "metres"), [(6668, 1), (4612, 1), (6697, 1), (6677, 1), (2451, 1), (4326, 0)]
)
def test_how_exact_it_is_is_known_also_where_no_number_changes(code: int, metres: float) -> None:
    """EPSG's own words for JGD2011 and JGD2000 to WGS 84: one metre, in degrees as in planes."""
    system = system_of(f"EPSG:{code}", None)
    there = (139.5, 35.7) if system.in_degrees else (-29_000.0, -33_000.0)
    assert system.accuracy_m(np.array([there])) == metres


def test_degrees_of_a_datum_that_nobody_knows_are_refused_too() -> None:
    with pytest.raises(BadFile, match="測地系"):
        system_of("EPSG:4019", None).accuracy_m(np.array([(139.5, 35.7)]))


def test_a_prj_without_authority_is_known_by_its_words(db: Session, tmp_path: Path) -> None:
    for code in (*JAPANESE_PLANES, 2451, 2263, 2926):
        file = write(tmp_path / f"{code}.shp", [point(0, 0)], {"key": ["a"]}, crs=f"EPSG:{code}",
                     form="Point")  # fmt: skip
        said = file.with_suffix(".prj").read_text()
        assert "AUTHORITY" not in said
        assert system_of(said, None).crs.to_epsg() == code


def test_a_plane_that_epsg_does_not_know_is_used_where_its_datum_is() -> None:
    """Such as an ESRI .prj in feet whose figures are rounded otherwise, or a city's own grid."""
    known = CRS.from_epsg(2926).to_wkt("WKT1_ESRI")
    own = system_of(known.replace("47.5]", "47.51]"), None)
    assert own.crs.to_authority() is None
    west, south, east, north = own.used_in or (0, 0, 0, 0)
    assert (west < -122.3 < east, south < 47.6 < north) == (True, True)
    assert not west < 139.5 < east


def test_planes_are_easting_first_although_epsg_says_northing_first(
    db: Session, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.gpkg", [point(-29_000, -33_000)], {"key": ["a"]}, form="Point")
    west, south, *_ = staged(db, file, "mirror").box
    assert (round(west, 1), round(south, 1)) == (139.5, 35.7)


def test_without_a_system_it_must_be_given(db: Session, tmp_path: Path) -> None:
    file = write(tmp_path / "a.shp", [point(-29_000, -33_000)], {"key": ["a"]}, crs="EPSG:6677",
                 form="Point")  # fmt: skip
    file.with_suffix(".prj").unlink()
    with pytest.raises(BadFile, match="--crs"):
        staged(db, file, "mirror")
    assert math.isclose(staged(db, file, "mirror", crs="EPSG:6677").box[0], 139.51, abs_tol=0.01)
    with pytest.raises(BadFile, match="EPSG:99"):
        staged(db, file, "mirror", crs="EPSG:99")


def test_a_datum_that_nobody_knows_is_refused_rather_than_left_out(
    db: Session, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.shp", [line((0, 0), (9, 9))], {"name": ["a"], "owner": ["市道"]})
    prj = file.with_suffix(".prj")
    words = prj.read_text().replace("D_JGD_2011", "D_Foo").replace("GRS_1980", "Bessel_1841")
    words = words.replace("6378137.0,298.257222101", "6377397.155,299.1528128")
    prj.write_text(words.replace("GCS_JGD_2011", "GCS_Foo").replace("JGD_2011_Japan", "Foo"))
    with pytest.raises(BadFile, match="測地系"):
        staged(db, file, "road", elsewhere=True)
