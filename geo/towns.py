"""Towns and crossings that people name in words: a hint of the place where there is no better."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.naming import CROSSING_WITHIN_M, LANDMARK_WITHIN_M, as_crossing
from geo.points import Point

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
    """The town, the crossing or landmark, or both that these words name.

    The crossing's point is the better one; of two of that name it is the one next to the town.
    """
    town = town_named(db, words)
    said = plain(words).replace(town.name if town else "\n", "\n").replace(" ", "")
    near = (town.point.lon, town.point.lat) if town else (None, None)
    row = db.execute(_BESIDE, {"said": said, "lon": near[0], "lat": near[1]}).one_or_none()
    if row is None:
        return town
    is_crossing = row.kind == "crossing"
    beside = as_crossing(row.name) if is_crossing else row.name
    reach = CROSSING_WITHIN_M if is_crossing else LANDMARK_WITHIN_M
    point = Point(row.lon, row.lat)
    if town is None:
        return NamedPlace(beside, "", point, reach)
    english = f"{town.name_en}, {beside}" if town.name_en else ""
    return NamedPlace(f"{town.name}、{beside}", english, point, reach)


def town_named(db: Session, words: str) -> NamedPlace | None:
    """The town whose name stands in these words, the longest name first; numbers in any writing."""
    row = db.execute(_NAMED, {"words": plain(words)}).one_or_none()
    if row is None:
        return None
    return NamedPlace(row.name, row.name_en, Point(row.lon, row.lat), row.radius)


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
_NAMED: Final = text("""
    SELECT name, name_en, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat,
           ST_MaxDistance(ST_Transform(inner_point, 3857), ST_Transform(shape, 3857))
               * cos(radians(ST_Y(inner_point))) AS radius
    FROM (SELECT name, name_en, shape, ST_PointOnSurface(shape) AS inner_point
          FROM areas WHERE kind = 'town' AND name <> ''
            AND (position(name IN :words) > 0
                 OR (name_en <> '' AND position(lower(name_en) IN lower(:words)) > 0))
          ORDER BY length(name) DESC, id LIMIT 1) AS named
    UNION ALL
    SELECT name, '', ST_X(place), ST_Y(place), coalesce(radius, 0)
    FROM (SELECT name, place, (SELECT min(ST_Distance(next.place::geography, town.place::geography))
                               FROM assets next WHERE next.kind = 'town' AND next.id <> town.id)
                              AS radius
          FROM assets town WHERE kind = 'town' AND position(name IN :words) > 0
          ORDER BY length(name) DESC, id LIMIT 1) AS named
    LIMIT 1
""")
# A crossing is often called like a town: then it is one only where it is called 交差点.
_BESIDE: Final = text("""
    SELECT name, kind, ST_X(place) AS lon, ST_Y(place) AS lat
    FROM (SELECT *, replace(name, ' ', '') AS short FROM assets
          WHERE kind IN ('crossing', 'landmark') AND length(name) > 1) AS a
    WHERE position(short IN :said) > 0
      AND (kind = 'landmark' OR position(short || '交差点' IN :said) > 0
           OR position(short || 'の交差点' IN :said) > 0
           OR NOT EXISTS (SELECT FROM areas t
                          WHERE t.kind = 'town' AND position(a.short IN t.name) > 0))
    ORDER BY length(short) DESC,
             ST_Distance(place::geography, ST_SetSRID(ST_MakePoint(
                 CAST(:lon AS float8), CAST(:lat AS float8)), 4326)::geography),
             kind, id LIMIT 1
""")
