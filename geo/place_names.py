"""What people call a place: its town, and the crossing or the landmark beside it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import PlaceName, Whereabouts, as_crossing
from geo.points import Point
from store import sql

CROSSING_WITHIN_M: Final = 50.0
LANDMARK_WITHIN_M: Final = 100.0


def name_of(db: Session, point: Point, where: Whereabouts, *, only_town: bool = False) -> PlaceName:
    """The name of this place; `where`: as of `areas_at`. `only_town`: no more is known."""
    return _named(where, "") if only_town else names_of(db, [point], [where])[0]


def names_of(
    db: Session, points: Sequence[Point], wheres: Sequence[Whereabouts]
) -> list[PlaceName]:
    """The name of each place in its turn: a crossing goes before a landmark."""
    beside = [""] * len(points)
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    reach = {"crossing": CROSSING_WITHIN_M, "landmark": LANDMARK_WITHIN_M}
    for turn, kind, name in sql.run(db, _BESIDE, lons=lons, lats=lats, **reach):
        beside[turn - 1] = as_crossing(name) if kind == "crossing" else name
    return [_named(where, beside[turn]) for turn, where in enumerate(wheres)]


def _named(where: Whereabouts, beside: str) -> PlaceName:
    return PlaceName("、".join(filter(None, (where.town, beside))), where.town_en)


_BESIDE: Final = """
    SELECT p.turn, found.kind, found.name FROM (
        SELECT turn, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS here
        FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p (lon, lat, turn)
    ) AS p CROSS JOIN LATERAL (
        SELECT a.kind, a.name FROM assets a
        WHERE ST_DWithin(a.place::geography, p.here, greatest(%(crossing)s, %(landmark)s))
          AND a.name <> '' AND a.kind IN ('crossing', 'landmark')
          AND ST_Distance(a.place::geography, p.here)
              <= CASE a.kind WHEN 'crossing' THEN %(crossing)s ELSE %(landmark)s END
        ORDER BY a.kind, ST_Distance(a.place::geography, p.here), a.id LIMIT 1
    ) AS found
"""
