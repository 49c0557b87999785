"""Which of the city's areas a point lies in, and what people call that place."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.points import Point


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
    rows = db.execute(
        text(
            "SELECT DISTINCT ON (kind) kind, key, name, name_en FROM areas"
            " WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))"
            " ORDER BY kind, id"
        ),
        {"lon": point.lon, "lat": point.lat},
    )
    at = {row.kind: row for row in rows}
    town, neighbour, district = at.get("town"), at.get("neighbour"), at.get("district")
    return Whereabouts(
        inside="city" in at,
        district=district.key if district else None,
        town=town.name if town else "",
        town_en=town.name_en if town else "",
        neighbour=neighbour.name if neighbour else "",
        neighbour_en=neighbour.name_en if neighbour else "",
    )
