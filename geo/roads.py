"""The roads near a point, in metres on the ellipsoid."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import TOLERANCE_M, NearRoad
from geo.points import Point
from store import sql

LOOK_AROUND_M: Final = 150.0


def roads_near(db: Session, point: Point) -> list[NearRoad]:
    """The nearest road of each owner within LOOK_AROUND_M, nearest first.

    One within reach comes before a nearer one of the same owner whose class reaches less far. With
    none around: the nearest road at whatever distance, alone. Empty without any roads.
    """
    facts = {"around": LOOK_AROUND_M, "tolerance": TOLERANCE_M}
    rows = sql.run(db, _NEAR, lon=point.lon, lat=point.lat, **facts)
    return [NearRoad(*row) for row in rows]


def roads_near_many(db: Session, points: Sequence[Point]) -> list[list[NearRoad]]:
    """What `roads_near` says of each of these points, in one statement."""
    near: list[list[NearRoad]] = [[] for _ in points]
    facts = {"around": LOOK_AROUND_M, "tolerance": TOLERANCE_M}
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    for turn, *road in sql.run(db, _NEAR_MANY, lons=lons, lats=lats, **facts):
        near[turn - 1].append(NearRoad(*road))
    return near


def has_roads(db: Session) -> bool:
    """Whether any is loaded; without them no ticket finds an owner."""
    return sql.run(db, "SELECT FROM roads LIMIT 1").rowcount > 0


def lines_of(db: Session, road_ids: Sequence[int]) -> dict[int, str]:
    """The centrelines of these roads as GeoJSON geometries, in degrees to some 10 cm."""
    return dict(sql.run(db, _LINES, ids=list(road_ids)).fetchall())


_LINES: Final = "SELECT id, ST_AsGeoJSON(line, 6) FROM roads WHERE id = ANY(%(ids)s)"
_FACTS: Final = """
    r.id, r.ref, r.name, r.name_en, r.owner,
    ST_Distance(r.line::geography, (SELECT point FROM here)) AS metres,
    r.tolerance_m, r.source_id, r.road_class
"""
_NEAR_HERE: Final = f"""
    WITH here AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint({{lon}}, {{lat}}), 4326)::geography AS point
    ), nearest AS (
        SELECT {_FACTS}
        FROM roads r ORDER BY r.line::geography <-> (SELECT point FROM here) LIMIT 1
    ), around AS (
        SELECT {_FACTS}
        FROM roads r WHERE ST_DWithin(r.line::geography, (SELECT point FROM here), %(around)s)
    ), of_each_owner AS (
        SELECT DISTINCT ON (owner) * FROM around
        ORDER BY owner, metres > coalesce(tolerance_m, %(tolerance)s), metres, id
    )
    SELECT * FROM of_each_owner
    UNION ALL SELECT * FROM nearest WHERE NOT EXISTS (SELECT 1 FROM around)
    ORDER BY metres, id
"""
_NEAR: Final = _NEAR_HERE.format(lon="%(lon)s", lat="%(lat)s")
_NEAR_MANY: Final = f"""
    SELECT p.turn, near.*
    FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p (lon, lat, turn)
    CROSS JOIN LATERAL ({_NEAR_HERE.format(lon="p.lon", lat="p.lat")}) AS near
    ORDER BY p.turn, near.metres, near.id
"""
