"""The city itself as vector tiles: areas, their names, and roads as far as a zoom can show them."""

import hashlib
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile

SMALL_ROADS_FROM: Final = 12
MAIN_ROADS_FROM: Final = 8
SMALL_NAMES_FROM: Final = 14
TOWNS_FROM: Final = 11
_BUFFER: Final = 128
"""Lines go on beyond a tile's edge by so many of its 4,096 steps, so that no seam is seen."""
_COARSENESS: Final = 2
"""By how many steps a drawn line may leave the true one: a quarter of a pixel."""


def city_tile(db: Session, tile: Tile) -> bytes:
    """A Mapbox vector tile, empty where there is nothing.

    Layers: `areas` (polygons: kind city, district, town, neighbour; key, name), `labels` (a point
    inside a town or neighbour, in one tile only: kind, name), `roads` (lines: name, ref, owner;
    those of one name are one feature, and small ones have no name below SMALL_NAMES_FROM).
    """
    west, south, east, north = tile.window(_BUFFER / EXTENT)
    from_west, from_south, to_east, to_north = tile.bounds
    facts = {
        "z": tile.z, "x": tile.x, "y": tile.y,
        "west": west, "south": south, "east": east, "north": north,
        "from_west": from_west, "from_south": from_south, "to_east": to_east, "to_north": to_north,
    }  # fmt: skip
    return bytes(db.execute(_TILE, facts).scalar_one())


def version(db: Session) -> str:
    """Another word for every version of the map data in use, and for another way to draw it."""
    layers = db.execute(_LAYERS).scalar_one()
    return f"{_WAY}-{layers}"


# an undone loading brings its layer back: the ids of those in use say all
_LAYERS: Final = text("""
    SELECT coalesce(string_agg(id::text, '-' ORDER BY id), '') FROM layers WHERE state = 'live'
""")
# clipped with a buffer: what is drawn at an edge is drawn alike on both sides of it
_TILE: Final = text(f"""
    WITH here AS MATERIALIZED (
        SELECT ST_TileEnvelope(:z, :x, :y) AS square,
               ST_MakeEnvelope(:west, :south, :east, :north, 4326) AS around,
               {_COARSENESS} * 40075016.7 / (2 ^ :z) / {EXTENT} AS coarse
    ), areas_in AS (
        SELECT kind, key, name,
               ST_AsMVTGeom(ST_Transform(shape, 3857), square, {EXTENT}, {_BUFFER}) AS geom
        FROM areas, here
        WHERE shape && around AND (kind IN ('city', 'neighbour') OR :z >= {TOWNS_FROM})
    ), placed AS (
        SELECT kind, name, ST_PointOnSurface(shape) AS place FROM areas, here
        WHERE shape && around
          AND (kind = 'neighbour' OR kind = 'town' AND :z >= {TOWNS_FROM})
    ), labels_in AS (
        SELECT kind, name,
               ST_AsMVTGeom(ST_Transform(place, 3857), square, {EXTENT}, {_BUFFER}) AS geom
        FROM placed, here
        WHERE ST_X(place) >= :from_west AND ST_X(place) < :to_east
          AND ST_Y(place) > :from_south AND ST_Y(place) <= :to_north
    ), lines AS (
        SELECT CASE WHEN main OR :z >= {SMALL_NAMES_FROM} THEN name ELSE '' END AS name,
               CASE WHEN main OR :z >= {SMALL_NAMES_FROM} THEN ref ELSE '' END AS ref,
               owner, ST_AsMVTGeom(
                   ST_Simplify(ST_Transform(line, 3857), coarse, true), square, {EXTENT}, {_BUFFER}
               ) AS geom
        FROM roads, here, LATERAL (SELECT owner IN ('national', 'prefecture') AS main) AS those
        WHERE line && around AND :z >= {MAIN_ROADS_FROM}
          AND (main OR :z >= {SMALL_ROADS_FROM})
    ), roads_in AS (
        SELECT name, ref, owner, ST_CollectionExtract(ST_Collect(geom), 2) AS geom
        FROM lines GROUP BY owner, name, ref
    )
    SELECT (SELECT ST_AsMVT(areas_in, 'areas', {EXTENT}) FROM areas_in)
        || (SELECT ST_AsMVT(labels_in, 'labels', {EXTENT}) FROM labels_in)
        || (SELECT ST_AsMVT(roads_in, 'roads', {EXTENT}) FROM roads_in)
""")
_WAY: Final = hashlib.sha256(_TILE.text.encode()).hexdigest()[:8]
