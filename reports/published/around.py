"""Public tickets around a place, the last changed first."""

import math
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.points import Point
from reports.published.reading import SELECT, conditions, ticket_from
from reports.published.shape import PublicTicket
from reports.published.wanted import PublicFilter
from store import sql

METRES_OF_A_DEGREE: Final = 110_000.0
"""Of latitude, a little less than anywhere."""


class Around(NamedTuple):
    """Within so many metres of a place."""

    place: Point
    radius_m: float


def latest(
    db: Session, wanted: PublicFilter, around: Around | None, limit: int
) -> list[PublicTicket]:
    """By their last change, of those that are wanted (whose `bbox` is not read with `around`)."""
    values: dict[str, object] = {}
    if around:
        wanted = replace(wanted, bbox=_box(around))
        place = around.place
        values = {"lon": place.lon, "lat": place.lat, "radius": around.radius_m}
    where, of_them = conditions(wanted)
    if around:
        where.append(_WITHIN)
    asked = f"{SELECT} WHERE {' AND '.join(where) or 'true'} ORDER BY p.version DESC"
    found = sql.run(db, f"{asked} LIMIT %(limit)s", **of_them, **values, limit=limit)
    return [ticket_from(row) for row in found]


def _box(around: Around) -> tuple[float, float, float, float]:
    """West, south, east, north of all that is as near."""
    lon, lat = around.place.lon, around.place.lat
    up = around.radius_m / METRES_OF_A_DEGREE
    aside = up / max(math.cos(math.radians(min(abs(lat) + up, 89.0))), 0.01)
    return (lon - aside, lat - up, lon + aside, lat + up)


_WITHIN: Final = """
    ST_DWithin(p.place::geography, ST_Point(%(lon)s, %(lat)s, 4326)::geography, %(radius)s)
"""
