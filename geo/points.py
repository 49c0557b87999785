"""A point on the earth: longitude first, WGS 84 degrees, and nothing that is not one. Pure."""

import math
from dataclasses import dataclass
from typing import Final


class NoPosition(ValueError):
    """The numbers given are no place on the earth."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, EPSG:4326, always longitude before latitude. Raises NoPosition."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        finite = math.isfinite(self.lon) and math.isfinite(self.lat)
        if not finite or abs(self.lon) > 180 or abs(self.lat) > 90:
            raise NoPosition(f"lon {self.lon}, lat {self.lat} is out of range")
        if self.lon == 0 and self.lat == 0:
            raise NoPosition("0, 0 is what devices send that know no position")

    @property
    def wkt(self) -> str:
        """For ST_GeomFromEWKT and columns (store.geometry)."""
        return f"SRID=4326;POINT({self.lon!r} {self.lat!r})"

    @property
    def latitude_first(self) -> str:
        """As people and their maps write it: 35.701500, 139.524600."""
        return f"{self.lat:.6f}, {self.lon:.6f}"


METRES_OF_A_DEGREE: Final = 111_320.0


def metres_between(start: Point, end: Point) -> float:
    """Of two places in a city: within half a per cent of the way on the ellipsoid."""
    east = (end.lon - start.lon) * math.cos(math.radians(start.lat))
    return math.hypot(east, end.lat - start.lat) * METRES_OF_A_DEGREE


WINDS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


def way(start: Point, end: Point) -> str:
    """The nearest of eight winds from one place in a city to another: "n", "ne", "e" …"""
    east = (end.lon - start.lon) * math.cos(math.radians(start.lat))
    turned = math.degrees(math.atan2(east, end.lat - start.lat))
    return WINDS[round(turned / 45) % len(WINDS)]
