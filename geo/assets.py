"""The street light, the mirror that a report is about: named in the words, or right there."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from geo.nearby import FoundAsset
from geo.points import Point
from store import sql

AT_PLACE_M: Final = 20.0
"""How far from the place an asset may stand that nobody named."""
NAMED_WITHIN_M: Final = 1000.0
"""How far from the place an asset may stand whose 管理番号 stands in the words."""


def asset_near(
    db: Session, point: Point, kind: str, words: str = "", *, at_place_m: float = AT_PLACE_M
) -> FoundAsset | None:
    """The asset of this kind whose key stands in the words, else the nearest within `at_place_m`.

    Keys are compared without width, case, hyphens and spaces; the longest one goes first. Those
    of less than three letters, or of three figures, are in too many words to be looked for.
    """
    reach = NAMED_WITHIN_M if words else at_place_m
    rows = sql.run(db, _OF_KIND, lon=point.lon, lat=point.lat, kind=kind, reach=reach)
    there = [_found(*row) for row in rows]
    said = _plain(words)
    named = [each for each in there if _stands_in(each.key, said)]
    if named:
        found = min(named, key=lambda each: (-len(_letters(each.key)), each.metres))
        return replace(found, named=True)
    return there[0] if there and there[0].metres <= at_place_m else None


def assets_at_many(db: Session, points: Sequence[Point]) -> list[dict[str, FoundAsset]]:
    """Of each kind the nearest asset within AT_PLACE_M, for each point in its turn."""
    found: list[dict[str, FoundAsset]] = [{} for _ in points]
    lons, lats = [point.lon for point in points], [point.lat for point in points]
    for turn, *facts in sql.run(db, _OF_EACH_KIND, lons=lons, lats=lats, reach=AT_PLACE_M):
        asset = _found(*facts)
        found[turn - 1][asset.kind] = asset
    return found


def _found(id: int, kind: str, key: str, name: str, owner: str, metres: float) -> FoundAsset:
    return FoundAsset(id, kind, key, name, owner, metres, named=False)


_BETWEEN: Final = re.compile(r"[\s\-‐-―−ー_・]+")


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold()


def _letters(key: str) -> str:
    return _BETWEEN.sub("", _plain(key))


def _stands_in(key: str, said: str) -> bool:
    """As a word of its own: 12 stands in 「街路灯12」, not in 「街路灯123」."""
    letters = _letters(key)
    if len(letters) < (4 if letters.isdigit() else 3) or letters not in _BETWEEN.sub("", said):
        return False
    between = f"(?:{_BETWEEN.pattern})?".join(map(re.escape, letters))
    return re.search(rf"(?<![0-9a-z]){between}(?![0-9a-z])", said) is not None


_OF_KIND: Final = """
    WITH here AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography AS point
    )
    SELECT id, kind, key, name, owner,
           ST_Distance(place::geography, (SELECT point FROM here)) AS metres
    FROM assets
    WHERE kind = %(kind)s AND ST_DWithin(place::geography, (SELECT point FROM here), %(reach)s)
    ORDER BY metres, id
"""
_OF_EACH_KIND: Final = """
    SELECT p.turn, near.* FROM (
        SELECT turn, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS here
        FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p (lon, lat, turn)
    ) AS p CROSS JOIN LATERAL (
        SELECT DISTINCT ON (a.kind) a.id, a.kind, a.key, a.name, a.owner,
               ST_Distance(a.place::geography, p.here) AS metres
        FROM assets a WHERE ST_DWithin(a.place::geography, p.here, %(reach)s)
        ORDER BY a.kind, metres, a.id
    ) AS near
"""
