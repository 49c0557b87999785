"""The square pieces in which maps are sent, and which point lies in which of them. Pure.

z, x, y as in the tile matrix set WebMercatorQuad (OGC 17-083r4): y grows to the south. Every point
on the earth lies in exactly one tile of a zoom, also those on edges, at 180° and beyond the 85.05°
where Web Mercator ends.
"""

import math
from dataclasses import dataclass
from typing import Final

DEEPEST: Final = 22
EXTENT: Final = 4096
"""How many steps a tile's own coordinates have on each side."""


class NoSuchTile(ValueError):
    """The zoom or the numbers are beyond the world."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Raises NoSuchTile."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= DEEPEST:
            raise NoSuchTile(f"zoom {self.z} is not one of 0 to {DEEPEST}")
        if not (0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise NoSuchTile(f"{self.x}, {self.y} is outside the world of zoom {self.z}")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """west, south, east, north in degrees: west <= lon < east and south < lat <= north.

        A tile at the world's edge takes what lies on the edge or beyond it.
        """
        west, south, east, north = self.window()
        last = 2**self.z - 1
        return (
            west,
            south if self.y != last else -91.0,
            east if self.x != last else 181.0,
            north if self.y != 0 else 91.0,
        )

    def window(self, margin: float = 0) -> tuple[float, float, float, float]:
        """west, south, east, north in degrees, wider on all sides by `margin` tiles."""
        west, east = (self._lon(self.x + step) for step in (-margin, 1 + margin))
        north, south = (self._lat(self.y + step) for step in (-margin, 1 + margin))
        return west, south, east, north

    def _lon(self, x: float) -> float:
        return x / float(2**self.z) * 360 - 180

    def _lat(self, y: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / float(2**self.z)))))
