"""What lies around a report before it is filed: the same hole, its photo's place, other roads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.areas import areas_at
from geo.nearby import NearRoad
from geo.points import Point, way
from geo.roads import roads_near
from reports import history
from reports.city.categories import Category
from reports.models import STILL_OPEN
from reports.routing import Facts, Reason, choose
from store import sql

MOST_SAME: Final = 3
SAME_WITHIN_DAYS: Final = 90
FAR_APART_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class NearTicket:
    """An open ticket of the same category, and how far away it is in metres."""

    id: int
    number: str
    metres: float
    received_at: datetime
    photo_id: int | None


@dataclass(frozen=True, slots=True)
class PhotoElsewhere:
    """A photo that was taken far from the place that was sent, and which way from there."""

    photo_id: int
    metres: float
    town: str
    town_en: str
    way: str


def same_holes(
    db: Session,
    *,
    category: str,
    place: Point,
    radius_m: float,
    days: int = SAME_WITHIN_DAYS,
    without: Collection[int] = (),
    limit: int = MOST_SAME,
) -> list[NearTicket]:
    """Open tickets of this category within the radius, younger than `days`, nearest first."""
    rows = sql.run(
        db,
        _SAME,
        category=category,
        lon=place.lon,
        lat=place.lat,
        radius=radius_m,
        days=days,
        without=list(without),
        limit=limit,
    )
    return [NearTicket(*row) for row in rows]


def one_at_a_time(db: Session, *, category: str, place: Point, radius_m: float) -> None:
    """Until the commit nobody else looks for the same hole within this radius of here.

    So of two people who report it in the same second, the second one sees the ticket of the first.
    """
    facts = {"lon": place.lon, "lat": place.lat, "radius": radius_m, "cell": _CELL}
    sql.run(db, _HOLD, category=category, **facts)


def photo_elsewhere(db: Session, photo_ids: Collection[int], place: Point) -> PhotoElsewhere | None:
    """The first of these photos that knows a place in the city more than FAR_APART_M away."""
    facts = {"ids": list(photo_ids), "lon": place.lon, "lat": place.lat, "far": FAR_APART_M}
    for photo_id, lon, lat, metres in sql.run(db, _ELSEWHERE, **facts):
        taken = Point(lon, lat)
        where = areas_at(db, taken)
        if not where.outside:
            found = way(place, taken)
            return PhotoElsewhere(photo_id, metres, where.town, where.town_en, found)
    return None


def note_photo_elsewhere(db: Session, photo_id: int) -> None:
    """A photo that came late tells of another place than its report: a line for staff."""
    row = db.execute(_LATE, {"photo": photo_id}).one_or_none()
    if row is None:
        return
    found = photo_elsewhere(db, [photo_id], Point(row.lon, row.lat))
    if found:
        details = {"photo_id": photo_id, "metres": round(found.metres)}
        history.write(db, row.ticket_id, None, "photo_elsewhere", details=details)


def roads_in_question(db: Session, place: Point, category: Category) -> list[NearRoad]:
    """The two roads of different owners that are about as near; none where it is clear."""
    found = choose(roads_near(db, place), (), Facts(category.key, None))
    if found.reason is not Reason.AMBIGUOUS:
        return []
    return [road for road in (found.road, found.runner_up) if road]


_CELL: Final = 0.002
"""The side of a square of the map that is held at a time, in degrees: some 200 m."""

# Every square that the box of the circle touches, in one order for all, so that nobody waits for
# somebody who waits for them.
_HOLD: Final = """
    WITH reach AS (
        SELECT CAST(%(radius)s AS float8) / 111000 AS tall,
               CAST(%(radius)s AS float8)
                   / (111000 * greatest(cos(radians(%(lat)s)), 0.01)) AS wide
    ), squares AS MATERIALIZED (
        SELECT x, y FROM reach,
            generate_series(floor((%(lon)s - wide) / %(cell)s)::int,
                            floor((%(lon)s + wide) / %(cell)s)::int) AS x,
            generate_series(floor((%(lat)s - tall) / %(cell)s)::int,
                            floor((%(lat)s + tall) / %(cell)s)::int) AS y
        ORDER BY x, y
    )
    SELECT pg_advisory_xact_lock(
               hashtextextended(format('%%s %%s %%s', %(category)s::text, x, y), 0))
    FROM squares
"""

# the box of degrees is generous and uses the index of open places; the metres decide
_SAME: Final = f"""
    WITH here AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point,
               CAST(%(radius)s AS float8) / 111000 AS tall,
               CAST(%(radius)s AS float8)
                   / (111000 * greatest(cos(radians(%(lat)s)), 0.01)) AS wide
    ), near AS (
        SELECT t.id, t.number, t.received_at, ST_Distance(t.place::geography, here.point::geography)
                   AS metres
        FROM tickets t, here
        WHERE {STILL_OPEN} AND t.category = %(category)s
          AND NOT t.id = ANY(%(without)s::bigint[])
          AND t.received_at > now() - make_interval(days => %(days)s)
          AND t.place && ST_Expand(here.point, here.wide, here.tall)
    )
    SELECT id, number, metres, received_at,
           (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
            WHERE r.ticket_id = near.id AND p.state = 'stored' ORDER BY p.id LIMIT 1)
    FROM near WHERE metres <= %(radius)s ORDER BY metres, near.id LIMIT %(limit)s
"""

_LATE: Final = text("""
    SELECT r.ticket_id, ST_X(r.place) AS lon, ST_Y(r.place) AS lat
    FROM photos p JOIN reports r ON r.id = p.report_id
    WHERE p.id = :photo AND r.place IS NOT NULL AND r.place_source = 'line'
""")

_ELSEWHERE: Final = """
    SELECT id, lon, lat, metres FROM (
        SELECT id, ST_X(exif_place) AS lon, ST_Y(exif_place) AS lat,
               ST_Distance(exif_place::geography,
                           ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography) AS metres
        FROM photos
        WHERE id = ANY(%(ids)s::bigint[]) AND state = 'stored' AND exif_place IS NOT NULL
    ) AS placed
    WHERE metres > %(far)s ORDER BY id
"""
