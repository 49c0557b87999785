"""Roads as people name them: 連雀通り, 市道第12号, and where two of them meet."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from geo.points import Point, metres_between
from geo.towns import plain
from store import sql

LONGEST: Final = 60
"""Letters of which parts are looked up."""
MEET_WITHIN_M: Final = 15.0
"""Centrelines that are drawn to end so near to each other meet."""
ONE_CROSSING_M: Final = 60.0
CROSSING_RADIUS_M: Final = 30.0
SHORTEST_M: Final = 30.0
_AROUND: Final = "ヶがガヵ‐‑–—−ー", "ケケケカ------"


@dataclass(frozen=True, slots=True)
class RoadPlace:
    """A point on a road (lon/lat), or where two meet, and how far from there it may be, in metres:
    half of the length of what was named."""

    name: str
    point: Point
    radius_m: float
    is_crossing: bool = False


def road_key(written: str) -> str:
    """As roads' names are compared: 市道第12号線 as 市道12, 連雀通り as 連雀通, in any width.

    It is what `michi_road_key` gives in the database.
    """
    narrow = re.sub(r"\s|第(?=\s*[0-9])", "", unicodedata.normalize("NFKC", written).lower())
    alike = narrow.translate(str.maketrans(*_AROUND))
    return re.sub(r"(?<=[0-9])号?線|(?<=[0-9])号|(?<=通)り", "", alike)


def roads_named(db: Session, words: str, near: Point | None, *, limit: int = 5) -> list[RoadPlace]:
    """Where two roads that these words name meet; else the part of the one nearest to `near`, of
    those in the town that is named as well. Empty where they name no road."""
    key = road_key(words)[:LONGEST]
    found = _in(key, [row for (row,) in sql.run(db, _KNOWN, keys=_parts(key))])
    town = plain(_without(key, found))
    here = {"lon": near.lon if near else None, "lat": near.lat if near else None, "town": town}
    if len(found) > 1:
        rows = sql.run(db, _MEET, one=found[0], other=found[1], within=MEET_WITHIN_M, **here)
        if meet := _apart([_crossing(*row) for row in rows], limit):
            return meet
    return [
        RoadPlace(f"{where}、{name}" if where else name, Point(lon, lat), max(metres, SHORTEST_M))
        for one in found[:limit]
        for name, where, lon, lat, metres in sql.run(db, _OF_ROAD, key=one, **here)
    ]


def roads_like(db: Session, words: str, near: Point | None, *, limit: int = 8) -> list[RoadPlace]:
    """Those whose name begins so, while it is still being typed."""
    key = road_key(words)[:LONGEST]
    if len(key) < 2 or key.isdecimal():
        return []
    typed = key.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    here = {"lon": near.lon if near else None, "lat": near.lat if near else None, "town": ""}
    keys = [one for (one,) in sql.run(db, _LIKE, typed=typed, limit=limit)]
    return [
        RoadPlace(name, Point(lon, lat), max(metres, SHORTEST_M))
        for one in keys
        for name, _, lon, lat, metres in sql.run(db, _OF_ROAD, key=one, **here)
    ]


def _parts(key: str) -> list[str]:
    """Every part of it that can be a road's name; a number is not cut in two."""
    ends = range(len(key) + 1)
    return sorted(
        {
            key[begin:end]
            for begin in ends
            for end in ends[begin + 2 :]
            if not key[begin:end].isdecimal() and _is_whole(key, begin, end)
        }
    )


def _is_whole(key: str, begin: int, end: int) -> bool:
    return not any(
        key[at - 1 : at].isdecimal() and key[at : at + 1].isdecimal() for at in (begin, end) if at
    )


def _in(key: str, known: Sequence[str]) -> list[str]:
    """Those that stand in the key, the longest where they overlap, in its order."""
    taken = [False] * len(key)
    found: list[tuple[int, str]] = []
    for one in sorted(known, key=lambda name: (-len(name), name)):
        for at in (at for at in range(len(key)) if key.startswith(one, at)):
            if _is_whole(key, at, at + len(one)) and not any(taken[at : at + len(one)]):
                taken[at : at + len(one)] = [True] * len(one)
                found.append((at, one))
    return list(dict.fromkeys(one for _, one in sorted(found)))


def _without(key: str, found: Sequence[str]) -> str:
    for one in found:
        key = key.replace(one, " ")
    return key.strip()


def _crossing(one: str, other: str, lon: float, lat: float) -> RoadPlace:
    name = f"{one}と{other}の交差点"
    return RoadPlace(name, Point(lon, lat), CROSSING_RADIUS_M, is_crossing=True)


def _apart(meet: Sequence[RoadPlace], limit: int) -> list[RoadPlace]:
    """One for each crossing, however many lines make it; of several each has its number."""
    kept: list[RoadPlace] = []
    for place in meet:
        if all(metres_between(place.point, other.point) > ONE_CROSSING_M for other in kept):
            kept.append(place)
    kept = kept[:limit]
    if len(kept) < 2:
        return kept
    return [replace(place, name=f"{place.name}({turn})") for turn, place in enumerate(kept, 1)]


_NAMED: Final = """
    (michi_road_key(name) = {0} AND name <> '' OR michi_road_key(ref) = {0} AND ref <> '')
"""
_KNOWN: Final = """
    SELECT michi_road_key(name) FROM roads
    WHERE michi_road_key(name) = ANY(%(keys)s) AND name <> ''
    UNION
    SELECT michi_road_key(ref) FROM roads
    WHERE michi_road_key(ref) = ANY(%(keys)s) AND ref <> ''
"""
_LIKE: Final = """
    SELECT key FROM (
        SELECT michi_road_key(name) AS key FROM roads
        WHERE michi_road_key(name) LIKE %(typed)s AND name <> ''
        UNION
        SELECT michi_road_key(ref) FROM roads
        WHERE michi_road_key(ref) LIKE %(typed)s AND ref <> ''
    ) AS named ORDER BY length(key), key LIMIT %(limit)s
"""
_HERE: Final = "ST_SetSRID(ST_MakePoint(%(lon)s::float8, %(lat)s::float8), 4326)"
_TOWN: Final = """
    town AS MATERIALIZED (
        SELECT name, shape FROM (
            SELECT min(name) AS name, ST_Union(shape) AS shape FROM areas
            WHERE kind = 'town' AND name <> ''
              AND id = (SELECT id FROM areas WHERE kind = 'town' AND name <> ''
                          AND position(name IN %(town)s::text) > 0
                        ORDER BY length(name) DESC, id LIMIT 1)
            UNION ALL
            SELECT %(town)s::text, ST_Union(shape) FROM areas
            WHERE kind = 'town' AND length(%(town)s::text) > 1 AND starts_with(name, %(town)s::text)
        ) AS towns WHERE shape IS NOT NULL LIMIT 1
    )
"""
_OF_ROAD: Final = f"""
    WITH {_TOWN}, whole AS MATERIALIZED (
        SELECT min(CASE WHEN michi_road_key(name) = %(key)s THEN name ELSE ref END) AS name,
               ST_Collect(line) AS line
        FROM roads WHERE {_NAMED.format("%(key)s")}
    ), inside AS (
        SELECT t.name, t.shape, ST_CollectionExtract(ST_Intersection(w.line, t.shape), 2) AS line
        FROM whole w, town t
    ), part AS (
        SELECT '' AS town, line, {_HERE} AS here FROM whole
        WHERE NOT EXISTS (SELECT FROM inside WHERE NOT ST_IsEmpty(line))
        UNION ALL
        SELECT name, line, ST_Centroid(line) FROM inside WHERE NOT ST_IsEmpty(line)
    ), placed AS (
        SELECT town, line, ST_ClosestPoint(line, coalesce(here, ST_Centroid(line))) AS place
        FROM part
    )
    SELECT w.name, p.town, ST_X(p.place), ST_Y(p.place), ST_Length(p.line::geography) / 2
    FROM placed p, whole w WHERE p.place IS NOT NULL
"""
_MEET: Final = f"""
    WITH {_TOWN}, one AS (
        SELECT CASE WHEN michi_road_key(name) = %(one)s THEN name ELSE ref END AS name, id, line
        FROM roads WHERE {_NAMED.format("%(one)s")}
    ), other AS (
        SELECT CASE WHEN michi_road_key(name) = %(other)s THEN name ELSE ref END AS name, id, line
        FROM roads WHERE {_NAMED.format("%(other)s")}
    ), met AS (
        SELECT a.name AS one, b.name AS other, met.geom AS place
        FROM one a JOIN other b ON a.id <> b.id AND a.line && ST_Expand(b.line, 0.0005)
         AND ST_DWithin(a.line::geography, b.line::geography, %(within)s)
        CROSS JOIN LATERAL ST_DumpPoints(
            CASE WHEN ST_Intersects(a.line, b.line) THEN ST_Intersection(a.line, b.line)
                 ELSE ST_ClosestPoint(a.line, b.line) END) AS met
    )
    SELECT one, other, ST_X(place), ST_Y(place) FROM met
    ORDER BY (SELECT ST_Covers(shape, place) FROM town) DESC NULLS LAST,
             ST_Distance(place, {_HERE}) NULLS LAST, ST_X(place), ST_Y(place)
    LIMIT 50
"""
