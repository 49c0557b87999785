"""Places as somebody on the telephone names them: an address, a town, a crossing, figures."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from sqlalchemy.orm import Session

from geo.named_roads import RoadPlace, roads_like, roads_named
from geo.nearby import as_crossing
from geo.points import Point
from geo.towns import place_named, plain
from geo.written_points import point_in
from store import sql

EXACT_M: Final = 60.0
"""A place that may be no further off is where the ticket stands; a town is only where to look."""
_BLOCK: Final = re.compile(r"(?P<town>.*?\D)[\s\-‐‑–—−ーの]*(?P<block>[0-9]{1,5})(?![0-9丁])")
_POSTCODE: Final = re.compile(r"^\s*(?:〒\s*)?[0-9]{3}[-‐‑–—−ー][0-9]{4}(?![0-9])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
BLOCK_RADIUS_M: Final = 30.0


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """`radius_m`: how far from the point it may be. `kind`: written, address, town, crossing, road
    or landmark."""

    name: str
    kind: str
    point: Point
    radius_m: float

    @property
    def is_exact(self) -> bool:
        return self.radius_m <= EXACT_M


def places(
    db: Session,
    words: str,
    *,
    near: Callable[[], Point | None] = lambda: None,
    limit: int = 8,
) -> list[FoundPlace]:
    """What these words may name, the likeliest first; `near`: as of `point_in`, and from where on
    roads are followed."""
    said = _CONTROL.sub("", words).strip()
    if not said:
        return []
    found = chain(
        _written(said, near), _of_address(db, said), _of_roads(db, said, near), _like(db, said),
        _roads_like(db, said, near),
    )  # fmt: skip
    once = {place.name: place for place in reversed([*islice(found, 4 * limit)])}
    return [*reversed(once.values())][:limit]


def _written(said: str, near: Callable[[], Point | None]) -> Iterator[FoundPlace]:
    if found := point_in(said, near=near):
        point = found.point
        yield FoundPlace(point.latitude_first, "written", point, found.radius_m)


def _of_address(db: Session, said: str) -> Iterator[FoundPlace]:
    """As 本町6-5 means the sixth 丁目; where there is none such, as 岩根12-3 means lot 12."""
    narrow = _POSTCODE.sub("", unicodedata.normalize("NFKC", said))
    for words in dict.fromkeys((plain(narrow), narrow)):
        if found := _BLOCK.search(words):
            rows = sql.run(db, _ADDRESS, said=_alike(found["town"]), block=found["block"])
            if places := [_address(*row) for row in rows]:
                yield from places
                return


def _address(town: str, block: str, lon: float, lat: float) -> FoundPlace:
    return FoundPlace(f"{town}{block}番", "address", Point(lon, lat), BLOCK_RADIUS_M)


def _alike(town: str) -> str:
    """As `_ADDRESS` compares: without 大字 and 字, ヶ が ガ as ケ, 之 の as ノ."""
    return re.sub(r"大?字|\s", "", town).translate(_ALIKE)


def _of_roads(db: Session, said: str, near: Callable[[], Point | None]) -> Iterator[FoundPlace]:
    """What is exact goes before a road that is long, and that before its town."""
    on_roads = [_on_road(place) for place in roads_named(db, said, near())]
    named = list(_named(db, said))
    yield from sorted(on_roads + named, key=_likelihood)


def _likelihood(place: FoundPlace) -> tuple[bool, bool]:
    return not place.is_exact, place.kind == "town"


def _on_road(place: RoadPlace) -> FoundPlace:
    kind = "crossing" if place.is_crossing else "road"
    return FoundPlace(place.name, kind, place.point, place.radius_m)


def _roads_like(db: Session, said: str, near: Callable[[], Point | None]) -> Iterator[FoundPlace]:
    yield from map(_on_road, roads_like(db, said, near()))


def _named(db: Session, said: str) -> Iterator[FoundPlace]:
    if found := place_named(db, said):
        yield FoundPlace(found.name, "town", found.point, found.radius_m)


def _like(db: Session, said: str) -> Iterator[FoundPlace]:
    """Names that have these words in them, while they are still being typed."""
    typed = plain(said)
    rows = sql.run(db, _LIKE, typed=typed, town=_TOWN.sub(_of_six, typed))
    for name, kind, lon, lat, radius in rows:
        shown = as_crossing(name) if kind == "crossing" else name
        yield FoundPlace(shown, kind, Point(lon, lat), radius)


_TOWN: Final = re.compile(r"(?<=[一-鿿々])([0-9]{1,2})$")


def _of_six(found: re.Match[str]) -> str:
    return plain(f"{found[1]}丁目")


_ALIKE: Final = str.maketrans("ヶがガヵの之", "ケケケカノノ")
_ADDRESS: Final = r"""
    SELECT town, block, ST_X(place), ST_Y(place) FROM (
        SELECT *, translate(regexp_replace(town, '大?字|\s', '', 'g'),
                            'ヶがガヵの之', 'ケケケカノノ') AS alike
        FROM addresses WHERE block = %(block)s) AS a
    WHERE alike <> '' AND right(%(said)s, length(alike)) = alike
    ORDER BY length(alike) DESC, id LIMIT 3
"""
_LIKE: Final = """
    WITH typed AS (SELECT %(typed)s::text AS typed, %(town)s::text AS town)
    SELECT name, kind, ST_X(point), ST_Y(point), radius FROM (
        SELECT name, kind, ST_PointOnSurface(shape) AS point, 500.0 AS radius, id FROM areas
        WHERE kind = 'town'
        UNION ALL
        SELECT name, kind, place, CASE kind WHEN 'town' THEN 500.0 ELSE 50.0 END, id FROM assets
        WHERE kind IN ('crossing', 'landmark', 'town')
    ) AS named, typed
    WHERE position(typed IN name) > 0 OR position(town IN name) > 0
    ORDER BY (name = typed OR name = town) DESC,
             (position(typed IN name) = 1 OR position(town IN name) = 1) DESC,
             kind = 'town' DESC, length(name), name, id
    LIMIT 12
"""
