"""Towns and crossings that people name in words: a hint of the place where there is no better."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import as_crossing
from geo.place_names import CROSSING_WITHIN_M, LANDMARK_WITHIN_M
from geo.points import Point
from store import sql

_KANJI: Final = "〇一二三四五六七八九"
_DASH: Final = "[-‐‑‒–—―−ーの]"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A point of the place that was named (lon/lat), and how far from there it may be, in metres.

    Of a town: how far its border is; of one that was loaded as a point, how far the next town's is.
    """

    name: str
    name_en: str
    point: Point
    radius_m: float


def place_named(db: Session, words: str) -> NamedPlace | None:
    """The town (numbers in any writing), the crossing or landmark, or both that these words name.

    The longest name first. The crossing's point is the better one; of two of that name it is the
    one next to the town.
    """
    found = sql.run(db, _NAMED, words=plain(words)).fetchone()
    if found is None:
        return None
    town, beside = _town(*found[:5]), _beside(*found[5:])
    if town is None or beside is None:
        return town or beside
    english = f"{town.name_en}, {beside.name}" if town.name_en else ""
    return replace(beside, name=f"{town.name}、{beside.name}", name_en=english)


def _town(
    name: str | None, name_en: str, lon: float, lat: float, radius_m: float
) -> NamedPlace | None:
    return NamedPlace(name, name_en, Point(lon, lat), radius_m) if name else None


def _beside(name: str | None, kind: str, lon: float, lat: float) -> NamedPlace | None:
    if name is None:
        return None
    if kind == "crossing":
        return NamedPlace(as_crossing(name), "", Point(lon, lat), CROSSING_WITHIN_M)
    return NamedPlace(name, "", Point(lon, lat), LANDMARK_WITHIN_M)


def plain(words: str) -> str:
    """As the map writes it: 「本町6丁目」, 「本町６丁目」 and 「本町6-5-3」 begin 「本町六丁目」.

    And "6-chome Honcho", "Honchō 6-5-3" as "Honcho 6-chome".
    """
    narrow = unicodedata.normalize("NFKC", words).translate(_WITHOUT_MACRON)
    for written, meant in _WRITINGS:
        narrow = written.sub(meant, narrow)
    return re.sub(r"([0-9]{1,2}) ?(?=丁目)", lambda found: _in_kanji(int(found[1])), narrow)


def _in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_KANJI[tens]}十"
    return before + (_KANJI[ones] if ones else "")


_WITHOUT_MACRON: Final = str.maketrans("āīūēōĀĪŪĒŌ", "aiueoAIUEO")
_WRITINGS: Final = [
    (re.compile(pattern, re.IGNORECASE), meant)
    for pattern, meant in (
        (rf"(?<=[一-鿿々]) ?([0-9]{{1,2}})(?={_DASH}[0-9])", r"\1丁目"),
        (rf"(?<=町)([一二三四五六七八九十]{{1,3}})(?={_DASH}[0-9一二三四五六七八九十])", r"\1丁目"),
        (r"\b([0-9]{1,2})[- ]?chome,? (?:of )?([a-z-]+)", r"\1-chome, \2 \1-chome"),
        (r"\b([a-z-]*[a-z]),? ?([0-9]{1,2})[- ]?chome", r"\1 \2-chome"),
        (r"\b([a-z-]*[a-z]) ?([0-9]{1,2})(?=-[0-9])", r"\1 \2-chome "),
    )
]
# A crossing is often called like a town: then it is one only where it is called 交差点.
_NAMED: Final = """
    WITH town AS MATERIALIZED (
        SELECT name, name_en, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat,
               ST_MaxDistance(ST_Transform(inner_point, 3857), ST_Transform(shape, 3857))
                   * cos(radians(ST_Y(inner_point))) AS radius
        FROM (SELECT name, name_en, shape, ST_PointOnSurface(shape) AS inner_point
              FROM areas WHERE kind = 'town' AND name <> ''
                AND (position(name IN %(words)s) > 0
                     OR (name_en <> '' AND position(lower(name_en) IN lower(%(words)s)) > 0))
              ORDER BY length(name) DESC, id LIMIT 1) AS named
        UNION ALL
        SELECT name, '', ST_X(place), ST_Y(place), coalesce(radius, 0)
        FROM (SELECT name, place,
                     (SELECT min(ST_Distance(next.place::geography, town.place::geography))
                      FROM assets next WHERE next.kind = 'town' AND next.id <> town.id) AS radius
              FROM assets town WHERE kind = 'town' AND position(name IN %(words)s) > 0
              ORDER BY length(name) DESC, id LIMIT 1) AS named
        LIMIT 1
    ), said AS (
        SELECT replace(replace(%(words)s, coalesce((SELECT name FROM town), E'\n'), E'\n'),
                       ' ', '') AS words
    ), beside AS (
        SELECT name, kind, ST_X(place) AS lon, ST_Y(place) AS lat
        FROM (SELECT *, replace(name, ' ', '') AS short FROM assets
              WHERE kind IN ('crossing', 'landmark') AND length(name) > 1) AS a, said
        WHERE position(short IN said.words) > 0
          AND (kind = 'landmark' OR position(short || '交差点' IN said.words) > 0
               OR position(short || 'の交差点' IN said.words) > 0
               OR NOT EXISTS (SELECT FROM areas t
                              WHERE t.kind = 'town' AND position(a.short IN t.name) > 0))
        ORDER BY length(short) DESC,
                 (SELECT ST_Distance(
                      a.place::geography, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography)
                  FROM town),
                 kind, id LIMIT 1
    )
    SELECT t.name, t.name_en, t.lon, t.lat, t.radius, b.name, b.kind, b.lon, b.lat
    FROM said LEFT JOIN town t ON true LEFT JOIN beside b ON true
"""
