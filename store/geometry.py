"""PostGIS's columns: only SQL reckons with what is in them.

GeoAlchemy2's own type would bring numpy, shapely and three dialects into every process that has a
table; migrations use it.
"""

from typing import Any

from sqlalchemy.types import UserDefinedType


class Geometry(UserDefinedType[str]):
    """In longitude and latitude, EPSG:4326: written as EWKT (Point.wkt), read as EWKB in hex."""

    cache_ok = True

    def __init__(self, kind: str) -> None:
        """`kind`: POINT, MULTILINESTRING or MULTIPOLYGON."""
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        """As PostgreSQL names the type."""
        return f"geometry({self.kind},4326)"
