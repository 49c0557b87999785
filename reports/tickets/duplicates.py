"""Open tickets that a report may be about, too: the same hole, reported before."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from geo.points import Point
from reports.tickets.filters import STILL_OPEN
from reports.tickets.read_models import Duplicate
from store import sql

MOST_SAME: Final = 3
SAME_WITHIN_DAYS: Final = 90


def same_holes(
    db: Session,
    *,
    category: str,
    place: Point,
    radius_m: float,
    days: int = SAME_WITHIN_DAYS,
    without: Collection[int] = (),
    limit: int = MOST_SAME,
) -> list[Duplicate]:
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
    return [Duplicate(*row) for row in rows]


def said_to_differ(db: Session, ticket_id: int, others: Collection[int]) -> set[int]:
    """Which of these others is another hole than this ticket's, as residents of either said.

    What was said of a ticket holds for the one it was put together with.
    """
    if not others:
        return set()
    rows = sql.run(db, _DIFFER, id=ticket_id, ids=[ticket_id, *others])
    return {row[0] for row in rows}


def one_at_a_time(db: Session, *, category: str, place: Point, radius_m: float) -> None:
    """Until the commit nobody else looks for the same hole within this radius of here.

    So of two people who report it in the same second, the second one sees the ticket of the first.
    """
    facts = {"lon": place.lon, "lat": place.lat, "radius": radius_m, "cell": _CELL}
    sql.run(db, _HOLD, category=category, **facts)


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
        SELECT t.id, t.number, t.received_at, t.cover_id,
               ST_Distance(t.place::geography, here.point::geography) AS metres
        FROM tickets t, here
        WHERE {STILL_OPEN} AND t.category = %(category)s
          AND NOT t.id = ANY(%(without)s::bigint[])
          AND t.received_at > now() - make_interval(days => %(days)s)
          AND t.place && ST_Expand(here.point, here.wide, here.tall)
    )
    SELECT id, number, metres, received_at, cover_id
    FROM near WHERE metres <= %(radius)s ORDER BY metres, near.id LIMIT %(limit)s
"""
_DIFFER: Final = """
    WITH RECURSIVE held AS (
        SELECT id AS whole, id AS part FROM unnest(%(ids)s::bigint[]) AS id
        UNION SELECT held.whole, t.id FROM tickets t JOIN held ON t.merged_into = held.part
    ), said AS (
        SELECT r.ticket_id AS one, held.whole AS other
        FROM reports r JOIN held ON held.part = ANY(r.differs_from)
        WHERE r.ticket_id = ANY(%(ids)s::bigint[])
    )
    SELECT one FROM said WHERE other = %(id)s UNION SELECT other FROM said WHERE one = %(id)s
"""
