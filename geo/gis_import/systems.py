"""Coordinate systems: found out from a file or given, and the way from there to lon and lat."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from pyproj import CRS, Transformer, network
from pyproj.exceptions import CRSError, ProjError

from geo.kinds import BadFile
from geo.wkb import Coordinates

JAPANESE_PLANES: Final = (*range(6669, 6688), *range(30161, 30180))
"""JGD2011 zones I to XIX, and the same of Tokyo Datum (EPSG)."""


@dataclass(frozen=True)
class System:
    """Where a file's numbers are measured. `given`: said by whoever loads, not by the file."""

    crs: CRS
    given: bool = False

    @property
    def name(self) -> str:
        """Such as `EPSG:6677 JGD2011 / Japan Plane Rectangular CS IX`."""
        known = self.crs.to_authority()
        return " ".join([*([":".join(known)] if known else []), self.crs.name])

    @property
    def in_degrees(self) -> bool:
        return self.crs.is_geographic

    @property
    def used_in(self) -> tuple[float, float, float, float] | None:
        """Where EPSG means it to be used: west, south, east, north; None for most of the earth.

        West is less than -180 where the place lies on both sides of that meridian. A plane that
        EPSG does not know, such as one of a city's own, is used where its datum is.
        """
        area = self.crs.area_of_use or _datum_of(self.crs).area_of_use
        if area is None:
            return None
        west = area.west - 360 if area.west > area.east else area.west
        return None if area.east - west > 180 else (west, area.south, area.east, area.north)

    def degrees(self, coordinates: Coordinates, *, swap: bool = False) -> Coordinates:
        """Lon and lat (WGS 84) of n × 2 easting-first numbers; inf where there is no such place.

        `swap`: they stand in the file the other way round.
        """
        first, second = (1, 0) if swap else (0, 1)
        lon, lat = self._way.transform(coordinates[:, first], coordinates[:, second])
        return np.column_stack([lon, lat])

    def accuracy_m(self, coordinates: Coordinates) -> float | None:
        """How exact the change of datum is there, in metres, as EPSG gives it; None: not known.

        Raises BadFile when PROJ would have to leave out the change of datum altogether.
        """
        if self.crs == _WGS84 or not len(coordinates):
            return 0.0
        self._way.transform(coordinates[:1, 0], coordinates[:1, 1])
        try:
            used = self._way.get_last_used_operation()
        except ProjError:  # of a way on which no number changes PROJ keeps none
            used = self._way
        if "Ballpark" in (used.description or ""):
            raise BadFile(
                f"測地系がわかりません({self.crs.name})。--crs EPSG:… で指定してください"
                " / unknown datum: give --crs"
            )
        return used.accuracy if used.accuracy is not None and used.accuracy >= 0 else None

    @cached_property
    def _way(self) -> Transformer:
        network.set_network_enabled(active=False)  # type: ignore[attr-defined]
        return Transformer.from_crs(self.crs, _WGS84, always_xy=True)


def system_of(of_file: str | None, given: str | None) -> System:
    """What was given goes before what the file says. Raises BadFile for neither, or nonsense.

    A file may not say where on this machine a table of corrections lies.
    """
    said = given or of_file
    crs = _read(said) if said else None
    if crs is None or crs.is_engineering:
        raise BadFile(
            "座標系がファイルに書かれていません。--crs EPSG:6677 のように指定してください"
            " / the file does not say its coordinate system: give --crs"
        )
    if given is None and _TABLES.search(crs.to_wkt()):
        raise BadFile(
            "ファイルの座標系が別のファイル(変換の表)を使います。--crs EPSG:… で指定してください"
            " / its coordinate system needs another file: give --crs"
        )
    known = crs.to_authority()
    return System(CRS.from_authority(*known) if known else crs, given=given is not None)


def planes() -> Iterator[System]:
    """The plane systems that Japanese cities use."""
    return (System(CRS.from_epsg(code)) for code in JAPANESE_PLANES)


_WGS84: Final = CRS.from_epsg(4326)
_TABLES: Final = re.compile("PARAMETERFILE|grids=", re.IGNORECASE)


def _datum_of(crs: CRS) -> CRS:
    """The system of degrees below a plane, as EPSG knows it; itself where EPSG does not."""
    below = crs.geodetic_crs or crs
    known = below.to_authority(min_confidence=25)
    return CRS.from_authority(*known) if known else below


def _read(said: str) -> CRS:
    try:
        return CRS.from_user_input(said)
    except CRSError as unknown:
        raise BadFile(f"座標系がわかりません: {said[:60]} / unknown coordinate system") from unknown
