"""The roads near a point, in metres on the ellipsoid."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point

LOOK_AROUND_M: Final = 150.0


@dataclass(frozen=True, slots=True)
class NearRoad:
    """A centreline and its distance in metres; `tolerance_m` is its class's own, if any."""

    id: int
    ref: str
    name: str
    name_en: str
    owner: str
    metres: float
    tolerance_m: float | None = None


def roads_near(db: Session, point: Point) -> list[NearRoad]:
    """The nearest road of each owner within LOOK_AROUND_M, nearest first.

    With none there: the nearest road at whatever distance, alone. Empty without any roads.
    """
    rows = db.execute(_NEAR, {"lon": point.lon, "lat": point.lat, "around": LOOK_AROUND_M})
    return [NearRoad(*row) for row in rows]


_NEAR: Final = text("""
    WITH here AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography AS point
    ), nearest AS (
        SELECT r.id, r.ref, r.name, r.name_en, r.owner,
               ST_Distance(r.line::geography, (SELECT point FROM here)) AS metres, r.tolerance_m
        FROM roads r ORDER BY r.line::geography <-> (SELECT point FROM here) LIMIT 1
    ), around AS (
        SELECT DISTINCT ON (r.owner) r.id, r.ref, r.name, r.name_en, r.owner,
               ST_Distance(r.line::geography, (SELECT point FROM here)) AS metres, r.tolerance_m
        FROM roads r WHERE ST_DWithin(r.line::geography, (SELECT point FROM here), :around)
        ORDER BY r.owner, metres, r.id
    )
    SELECT * FROM around
    UNION ALL SELECT * FROM nearest WHERE NOT EXISTS (SELECT 1 FROM around)
    ORDER BY metres, id
""")
