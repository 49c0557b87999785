"""Towns that people name in words: a hint of the place where there is no better one."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point

_KANJI: Final = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Town:
    """A point inside the town (lon/lat), and how far its border may be from there, in metres.

    Of a town that was loaded as a point: how far the next town's is.
    """

    name: str
    name_en: str
    point: Point
    radius_m: float


def town_named(db: Session, words: str) -> Town | None:
    """The town whose name stands in these words, the longest name first; numbers in any writing."""
    row = db.execute(_NAMED, {"words": plain(words)}).one_or_none()
    return Town(row.name, row.name_en, Point(row.lon, row.lat), row.radius) if row else None


def plain(words: str) -> str:
    """As the map writes it: 「本町6丁目」 and 「本町6丁目」 are 「本町六丁目」."""
    narrow = unicodedata.normalize("NFKC", words)
    return re.sub(r"([0-9]{1,2})(?=丁目)", lambda found: _in_kanji(int(found[1])), narrow)


def _in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_KANJI[tens]}十"
    return before + (_KANJI[ones] if ones else "")


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
