"""Which of the city's areas a point lies in, and what people call that place."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.nearby import TOLERANCE_M, Whereabouts
from geo.points import Point
from settings import settings
from store import sql

CENTRE_WITHIN_M: Final = 1500.0
"""How far a place may be from the centre of its town, where towns were loaded as points."""


def areas_at(db: Session, point: Point) -> Whereabouts:
    """A point on a border belongs to both sides; the area with the lower id wins. So far outside as
    phones are wrong (PHONE_ACCURACY_M), and where the nearest road within reach is the city's, it
    is the city's as well, and of the town and district that are nearest.

    Where no polygon names the town, the nearest of the towns that were loaded as points does.
    """
    return _whereabouts(
        _Area(*row) for row in sql.run(db, _AT, lon=point.lon, lat=point.lat, **_reach())
    )


def areas_at_many(db: Session, points: Sequence[Point]) -> list[Whereabouts]:
    """What `areas_at` says of each of these points, in one statement."""
    found: list[list[_Area]] = [[] for _ in points]
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    for turn, *area in sql.run(db, _AT_MANY, lons=lons, lats=lats, **_reach()):
        found[turn - 1].append(_Area(*area))
    return [_whereabouts(areas) for areas in found]


def town_names(db: Session) -> list[str]:
    """Of the towns that were loaded as polygons, in the order of the city's file."""
    return [name for (name,) in sql.run(db, _TOWN_NAMES)]


def _reach() -> dict[str, float]:
    return {"accuracy": settings().phone_accuracy_m, "tolerance": TOLERANCE_M}


class _Area(NamedTuple):
    kind: str
    key: str
    name: str
    name_en: str


def _whereabouts(areas: Iterable[_Area]) -> Whereabouts:
    at = {area.kind: area for area in areas}
    city, neighbour, district = at.get("city"), at.get("neighbour"), at.get("district")
    border = "border" in at
    known = city is not None or border or "no outline" in at
    town = at.get("town") or (at.get("centre") if known else None)
    return Whereabouts(
        inside=city is not None or border,
        district=district.key if district else None,
        town=town.name if town else "",
        town_en=town.name_en if town else "",
        neighbour=neighbour.name if neighbour else "",
        neighbour_en=neighbour.name_en if neighbour else "",
        city=(city or at["border"]).name if city or border else "",
        district_name=district.name if district else "",
        has_outline="no outline" not in at,
        border=border,
    )


_AROUND_DEGREES: Final = 0.002
"""Some 200 m: beyond a border the nearest town and district within them are meant."""
# read only where a polygon does not name the town; most cities have none of them
_CENTRES: Final = """
    WITH centres AS MATERIALIZED (
        SELECT id, key, name, place::geography AS place FROM assets WHERE kind = 'town'
    )
"""
_HERE: Final = f"""
    at AS MATERIALIZED (
        SELECT DISTINCT ON (kind) kind, key, name, name_en FROM areas
        WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint({{lon}}, {{lat}}), 4326))
        ORDER BY kind, id
    ), centre AS (
        SELECT key, name, ST_Distance(
                   place, ST_SetSRID(ST_MakePoint({{lon}}, {{lat}}), 4326)::geography) AS metres
        FROM centres WHERE NOT EXISTS (SELECT FROM at WHERE kind = 'town')
        ORDER BY metres, id LIMIT 1
    ), border AS MATERIALIZED (
        SELECT key, name, name_en FROM areas
        WHERE kind = 'city' AND NOT EXISTS (SELECT FROM at WHERE kind = 'city')
          AND (ST_DWithin(shape::geography, {{point}}, %(accuracy)s)
               OR (SELECT owner = 'city' AND ST_DWithin(line::geography, {{point}},
                                                        coalesce(tolerance_m, %(tolerance)s))
                   FROM roads ORDER BY line::geography <-> {{point}} LIMIT 1))
        ORDER BY id LIMIT 1
    )
    SELECT kind, key, name, name_en FROM at
    UNION ALL SELECT 'centre', key, name, '' FROM centre WHERE metres <= {CENTRE_WITHIN_M}
    UNION ALL SELECT 'border', key, name, name_en FROM border
    UNION ALL (SELECT DISTINCT ON (kind) kind, key, name, name_en FROM areas
               WHERE kind IN ('district', 'town') AND EXISTS (SELECT FROM border)
                 AND kind NOT IN (SELECT kind FROM at)
                 AND shape && ST_Expand({{point}}::geometry, {_AROUND_DEGREES})
               ORDER BY kind, ST_Distance(shape::geography, {{point}}), id)
    UNION ALL SELECT 'no outline', '', '', ''
              WHERE NOT EXISTS (SELECT FROM areas WHERE kind = 'city')
"""
_POINT: Final = "ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)::geography"


def _here(lon: str, lat: str) -> str:
    return _HERE.format(lon=lon, lat=lat, point=_POINT.format(lon=lon, lat=lat))


_AT: Final = f"{_CENTRES}," + _here("%(lon)s", "%(lat)s")
_AT_MANY: Final = f"""
    {_CENTRES}
    SELECT p.turn, found.*
    FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p (lon, lat, turn)
    CROSS JOIN LATERAL (WITH {_here("p.lon", "p.lat")}) AS found
"""
_TOWN_NAMES: Final = """
    SELECT name FROM areas WHERE kind = 'town' AND name <> '' GROUP BY name ORDER BY min(id)
"""
