"""Tickets as vector tiles: each in one tile of a zoom, and from far away gathered with a count."""

import hashlib
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile
from reports.tickets.filters import MARKED, STILL_OPEN, conditions
from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketFilter
from store import sql

POINTS_FROM: Final = 15
"""From this zoom on every ticket is a point of its own, unless a tile has more than MOST_POINTS."""
MOST_POINTS: Final = 2000
CELL: Final = EXTENT // 8
MARKS: Final = ("urgent", "long_overdue", "overdue", "nobody", "due", "plain")
"""What must be seen first in a ticket, the worst first."""


def ticket_tile(db: Session, tile: Tile, wanted: TicketFilter, today: date) -> bytes:
    """A Mapbox vector tile, empty where there is nothing. `wanted` without a bbox.

    Layers: `tickets` (points: number, status, mark, urgent, nobody, due, overdue, long_overdue) and
    `clusters` (points: count, worst, and west, south, east, north of what is in it). Three or more
    in the same cell of 1/8 tile are a cluster below POINTS_FROM or among more than MOST_POINTS.
    """
    where, values = conditions(wanted)
    west, south, east, north = tile.bounds
    facts = {
        "z": tile.z, "x": tile.x, "y": tile.y,
        "west": west, "south": south, "east": east, "north": north,
        "today": today, "marks": list(MARKS),
        "from_afar": tile.z < POINTS_FROM, "most": MOST_POINTS,
    }  # fmt: skip
    statement = sql.named(_TILE.replace("{conditions}", " AND ".join(["true", *where])))
    ((made,),) = sql.run(db, statement, **(values | facts)).fetchall()
    return bytes(made)


# Half-open in degrees, with numbers that neighbouring tiles share: no ticket is in two tiles, none
# between them. Coordinates stay below the extent, for what lies on it, MapLibre does not draw.
# A cluster stands half-way between its middle and its cell's, so that two never lie on each other.
_TILE: Final = f"""
    WITH found AS (
        SELECT t.number, t.status, t.urgent, t.department_id IS NULL AS nobody,
               ST_X(t.place) AS lon, ST_Y(t.place) AS lat,
               coalesce({STILL_OPEN} AND {MARKED[Mark.DUE]}, false) AS due,
               coalesce({STILL_OPEN} AND {MARKED[Mark.OVERDUE]}, false) AS overdue,
               coalesce({STILL_OPEN} AND {MARKED[Mark.LONG_OVERDUE]}, false) AS long_overdue
        FROM tickets t
        WHERE {{conditions}}
          AND t.place && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
          AND ST_X(t.place) >= :west AND ST_X(t.place) < :east
          AND ST_Y(t.place) > :south AND ST_Y(t.place) <= :north
    ), measured AS (
        SELECT *,
               floor(((lon + 180) / 360 * 2 ^ :z - :x) * {EXTENT}) AS steps_east,
               floor(((1 - asinh(tan(radians(lat))) / pi()) / 2 * 2 ^ :z - :y) * {EXTENT})
                   AS steps_south
        FROM found
    ), placed AS (
        SELECT *, least(greatest(steps_east, 0), {EXTENT - 1})::int AS px,
               least(greatest(steps_south, 0), {EXTENT - 1})::int AS py,
               CASE WHEN urgent THEN 1 WHEN long_overdue THEN 2 WHEN overdue THEN 3
                    WHEN nobody THEN 4 WHEN due THEN 5 ELSE 6 END AS rank
        FROM measured
    ), counted AS (
        SELECT *, (:from_afar OR count(*) OVER () > :most)
                  AND count(*) OVER (PARTITION BY px / {CELL}, py / {CELL}) > 2 AS gathered
        FROM placed
    ), points AS (
        SELECT number, status, (CAST(:marks AS text[]))[rank] AS mark,
               urgent, nobody, due, overdue, long_overdue,
               ST_MakePoint(px, py) AS geom
        FROM counted WHERE NOT gathered ORDER BY rank DESC, number
    ), gathered_in AS (
        SELECT count(*)::int AS count, (CAST(:marks AS text[]))[min(rank)] AS worst,
               min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north,
               ST_MakePoint(
                   ((avg(px) + px / {CELL} * {CELL} + {CELL // 2}) / 2)::int,
                   ((avg(py) + py / {CELL} * {CELL} + {CELL // 2}) / 2)::int
               ) AS geom
        FROM counted WHERE gathered GROUP BY px / {CELL}, py / {CELL}
    )
    SELECT (SELECT ST_AsMVT(points, 'tickets', {EXTENT}) FROM points)
        || (SELECT ST_AsMVT(gathered_in, 'clusters', {EXTENT}) FROM gathered_in)
"""
WAY: Final = hashlib.sha256(_TILE.encode()).hexdigest()[:8]
"""Another word when tiles are drawn another way."""
