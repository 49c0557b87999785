"""Which of the city's areas a point lies in, and what people call that place."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from geo.points import Point
from store.direct import quickly


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a point lies. Outside the city, `neighbour` names whose area it is, where known."""

    inside: bool
    district: str | None = None
    town: str = ""
    town_en: str = ""
    neighbour: str = ""
    neighbour_en: str = ""


def areas_at(db: Session, point: Point) -> Whereabouts:
    """A point on a border belongs to both sides; the area with the lower id wins."""
    rows = quickly(db, _AT, lon=point.lon, lat=point.lat)
    at = {kind: _Area(*names) for kind, *names in rows}
    town, neighbour, district = at.get("town"), at.get("neighbour"), at.get("district")
    return Whereabouts(
        inside="city" in at,
        district=district.key if district else None,
        town=town.name if town else "",
        town_en=town.name_en if town else "",
        neighbour=neighbour.name if neighbour else "",
        neighbour_en=neighbour.name_en if neighbour else "",
    )


class _Area(NamedTuple):
    key: str
    name: str
    name_en: str


_AT: Final = """
    SELECT DISTINCT ON (kind) kind, key, name, name_en FROM areas
    WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))
    ORDER BY kind, id
"""
