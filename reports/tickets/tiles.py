"""Tickets as vector tiles: each in one tile of a zoom, as a point or counted in a cluster."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile
from reports.tickets import clusters
from reports.tickets.cells import CELLS, LAST, RANK, RANKS
from reports.tickets.filters import conditions
from reports.tickets.wanted import TicketFilter
from store import sql

POINTS_FROM: Final = LAST + 1
"""From this zoom on every ticket is a point of its own, unless a tile has more than MOST_POINTS."""
MOST_POINTS: Final = 2000
_CELL: Final = EXTENT // CELLS


def ticket_tile(
    db: Session, tile: Tile, wanted: TicketFilter, today: date, silent: Sequence[int] = ()
) -> bytes:
    """A Mapbox vector tile, empty where there is nothing. `wanted` without a bbox.

    Layers: `tickets` (points: number, status, mark, and wants where it wants attention) and
    `clusters` (points: count, worst, and west, south, east, north between which all of it lie);
    `mark` and `worst` are words of RANKS; `silent`: ids of tickets that want it as well, for their
    authority has not answered. More than FEW in a cell of 1/8 tile are a cluster below
    POINTS_FROM or among more than MOST_POINTS; below POINTS_FROM even one is, where some of the
    closed tickets are wanted and others are not.
    """
    if tile.z < POINTS_FROM:
        return clusters.tile_from_afar(db, tile, wanted, today, silent)
    where, values = conditions(wanted)
    west, south, east, north = tile.bounds
    facts = {
        "z": tile.z, "x": tile.x, "y": tile.y,
        "west": west, "south": south, "east": east, "north": north,
        "today": today, "ranks": list(RANKS), "most": MOST_POINTS,
        "silent": list(silent),
    }  # fmt: skip
    statement = sql.named(_TILE.replace("{asked}", " AND ".join(["true", *where])))
    ((made,),) = sql.run(db, statement, **(values | facts)).fetchall()
    return bytes(made)


# Half-open in degrees, with numbers that neighbouring tiles share: no ticket is in two tiles, none
# between them. Coordinates stay below the extent, for what lies on it, MapLibre does not draw.
# A cluster stands half-way between its middle and its cell's, so that two never lie on each other.
_TILE: Final = f"""
    WITH found AS (
        SELECT t.id, t.number, t.status, {RANK} AS rank, {clusters.WANTS},
               ST_X(t.place) AS lon, ST_Y(t.place) AS lat
        FROM tickets t
        WHERE {{asked}}
          AND t.place && (SELECT ST_MakeEnvelope(:west, :south, :east, :north, 4326))
          AND ST_X(t.place) >= :west AND ST_X(t.place) < :east
          AND ST_Y(t.place) > :south AND ST_Y(t.place) <= :north
    ), placed AS (
        SELECT *,
               least(greatest(floor(((lon + 180) / 360 * 2 ^ :z - :x) * {EXTENT}), 0),
                     {EXTENT - 1})::int AS px,
               least(greatest(floor(((1 - asinh(tan(radians(lat))) / pi()) / 2 * 2 ^ :z - :y)
                                    * {EXTENT}), 0), {EXTENT - 1})::int AS py
        FROM found
    ), crowded AS (
        SELECT px / {_CELL} AS across, py / {_CELL} AS down FROM placed
        WHERE (SELECT count(*) > :most FROM placed) GROUP BY 1, 2 HAVING count(*) > {clusters.FEW}
    ), points AS (
        SELECT number, status, {clusters.WORD} AS mark, wants, ST_MakePoint(px, py) AS geom
        FROM placed WHERE (px / {_CELL}, py / {_CELL}) NOT IN (SELECT across, down FROM crowded)
        ORDER BY rank DESC, id
    ), gathered AS (
        SELECT count(*)::int AS count, (CAST(:ranks AS text[]))[min(rank)] AS worst,
               min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north,
               ST_MakePoint(((avg(px) + across * {_CELL} + {_CELL // 2}) / 2)::int,
                            ((avg(py) + down * {_CELL} + {_CELL // 2}) / 2)::int) AS geom
        FROM placed JOIN crowded ON (px / {_CELL}, py / {_CELL}) = (across, down)
        GROUP BY across, down
    )
    SELECT (SELECT ST_AsMVT(points, 'tickets', {EXTENT}) FROM points)
        || (SELECT ST_AsMVT(gathered, 'clusters', {EXTENT}) FROM gathered)
"""
WAY: Final = hashlib.sha256((_TILE + clusters.TILE).encode()).hexdigest()[:8]
"""Another word when tiles are drawn another way."""
