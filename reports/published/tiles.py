"""Public tickets as vector tiles: each in one tile of a zoom, as a point or counted in a cluster.

As the desk's (reports/tickets/tiles.py), but of the public tables alone, and counted when drawn:
what was drawn is kept until something public has changed.
"""

import hashlib
from typing import Final

from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile
from reports.published.reading import conditions
from reports.published.states import STILL_OPEN
from reports.published.wanted import EVERYTHING, PublicFilter
from store import sql

CELLS: Final = 8
"""A tile has so many cells on each side."""
FEW: Final = 2
"""So many tickets of a cell are points, not a cluster."""
POINTS_FROM: Final = 15
"""From this zoom on every ticket is a point of its own, unless a tile has more than MOST_POINTS."""
MOST_POINTS: Final = 2000
_CELL: Final = EXTENT // CELLS


def public_tile(db: Session, tile: Tile, wanted: PublicFilter = EVERYTHING) -> bytes:
    """A Mapbox vector tile, empty where there is nothing. `wanted` without a bbox.

    Layers: `tickets` (points: number, category, state) and `clusters` (points: count, open, how
    many of them the city still has something to do about, and west, south, east, north between
    which all of it lie). More than FEW in a cell of 1/8 tile are a cluster below POINTS_FROM or
    among more than MOST_POINTS.
    """
    where, values = conditions(wanted)
    west, south, east, north = tile.bounds
    facts = {
        "z": tile.z, "x": tile.x, "y": tile.y,
        "tile_west": west, "tile_south": south, "tile_east": east, "tile_north": north,
        "still_open": sorted(STILL_OPEN),
        "from_afar": tile.z < POINTS_FROM,
    }  # fmt: skip
    statement = _TILE.replace("{asked}", " AND ".join(["true", *where]))
    ((made,),) = sql.run(db, statement, **(values | facts)).fetchall()
    return bytes(made)


# half-open in degrees, as the desk's: no ticket is in two tiles, none between them
_INSIDE: Final = """
    p.place && ST_MakeEnvelope(%(tile_west)s, %(tile_south)s, %(tile_east)s, %(tile_north)s, 4326)
    AND ST_X(p.place) >= %(tile_west)s AND ST_X(p.place) < %(tile_east)s
    AND ST_Y(p.place) > %(tile_south)s AND ST_Y(p.place) <= %(tile_north)s
"""
_PX: Final = f"""
    least(greatest(floor(((ST_X(p.place) + 180) / 360 * 2 ^ %(z)s - %(x)s) * {EXTENT}), 0),
          {EXTENT - 1})::int
"""
_PY: Final = f"""
    least(greatest(floor(((1 - asinh(tan(radians(ST_Y(p.place)))) / pi()) / 2 * 2 ^ %(z)s - %(y)s)
                         * {EXTENT}), 0), {EXTENT - 1})::int
"""
# one pass over what may be all tickets of the city: of a cell only its first and last are known
_TILE: Final = f"""
    WITH cells AS (
        SELECT px / {_CELL} AS across, py / {_CELL} AS down, count(*)::int AS count,
               (count(*) FILTER (WHERE is_open))::int AS open,
               min(lon) AS west, min(lat) AS south, max(lon) AS east, max(lat) AS north,
               avg(px) AS mid_x, avg(py) AS mid_y, min(number) AS first, max(number) AS last
        FROM (SELECT p.number, p.state = ANY(%(still_open)s::text[]) AS is_open,
                     ST_X(p.place) AS lon, ST_Y(p.place) AS lat, {_PX} AS px, {_PY} AS py
              FROM published_tickets p WHERE {{asked}} AND {_INSIDE} OFFSET 0) AS placed
        GROUP BY 1, 2
    ), shown AS MATERIALIZED (
        SELECT *, count > {FEW} AND (%(from_afar)s OR sum(count) OVER () > {MOST_POINTS})
                  AS is_cluster
        FROM cells
    ), points AS (
        SELECT p.number, p.category, p.state, ST_MakePoint({_PX}, {_PY}) AS geom
        FROM published_tickets p
        WHERE p.number IN (SELECT unnest(ARRAY[first, last]) FROM shown WHERE count <= {FEW})
        UNION ALL
        SELECT p.number, p.category, p.state, ST_MakePoint({_PX}, {_PY})
        FROM published_tickets p
        WHERE {{asked}} AND {_INSIDE}
          AND EXISTS (SELECT FROM shown WHERE NOT is_cluster AND count > {FEW})
          AND ({_PX} / {_CELL}, {_PY} / {_CELL}) IN
              (SELECT across, down FROM shown WHERE NOT is_cluster AND count > {FEW})
    ), in_order AS (
        SELECT * FROM points ORDER BY state = ANY(%(still_open)s::text[]), number
    ), clusters AS (
        SELECT count, open, west, south, east, north,
               ST_MakePoint(((mid_x + across * {_CELL} + {_CELL // 2}) / 2)::int,
                            ((mid_y + down * {_CELL} + {_CELL // 2}) / 2)::int) AS geom
        FROM shown WHERE is_cluster
    )
    SELECT (SELECT ST_AsMVT(in_order, 'tickets', {EXTENT}) FROM in_order)
        || (SELECT ST_AsMVT(clusters, 'clusters', {EXTENT}) FROM clusters)
"""
WAY: Final = hashlib.sha256(_TILE.encode()).hexdigest()[:8]
"""Another word when tiles are drawn another way."""
