"""Tickets from far away: how many are in each cell of a tile, and single ones as points."""

from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile
from reports.tickets.cells import CELLS, FINEST, FIRST, IS_OF_TODAY, MARK, RANKS
from reports.tickets.filters import OF_DEPARTMENT, conditions
from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketFilter
from reports.tickets.status import OPEN
from store import sql

_CELL: Final = EXTENT // CELLS
_DEEPER: Final = CELLS.bit_length() - 1
POINT: Final = f"""
    t.number, t.status, t.urgent, t.department_id IS NULL AS nobody, mark = '{Mark.DUE}' AS due,
    mark IN ('{Mark.OVERDUE}', '{Mark.LONG_OVERDUE}') AS overdue,
    mark = '{Mark.LONG_OVERDUE}' AS long_overdue
"""
"""SQL over tickets `t` joined with MARK: what a tile says of one, but for its rank's word."""
SHOWN: Final = """
    number, status, (CAST(:ranks AS text[]))[rank] AS mark, urgent, nobody, due, overdue,
    long_overdue
"""


class _Cells(NamedTuple):
    """SQL: rows of cells by rank, and whether they are of today."""

    rows: str
    are_of_today: str


def tile_from_afar(db: Session, tile: Tile, wanted: TicketFilter, today: date) -> bytes:
    """As `reports.tickets.tiles.ticket_tile` has it, up to the zoom LAST of kept cells.

    Where these are not of today, or do not tell apart what is wanted, tickets are counted.
    """
    kept = _kept(wanted, today)
    drawn = _drawn(db, tile, wanted, today, kept) if kept else None
    return (_drawn(db, tile, wanted, today, _COUNTED) if drawn is None else drawn) or b""


def _kept(wanted: TicketFilter, today: date) -> _Cells | None:
    """The kept cells that tell apart what is wanted, if any do."""
    plain = TicketFilter(wanted.statuses, department=wanted.department)
    told_apart = replace(
        plain,
        category=wanted.category, withdrawn=wanted.withdrawn, due=wanted.due, due_on=wanted.due_on,
    )  # fmt: skip
    if wanted != told_apart or (wanted.due_on or today) != today:
        return None
    if wanted == plain and set(wanted.statuses or ()) == OPEN:
        level, where = "open" if wanted.department is None else "department", []
    else:
        level, where = "each", conditions(replace(wanted, department=None, due=None))[0]
    where = [f"t.level = '{level}'", *where]
    if wanted.department is not None:
        where.append(OF_DEPARTMENT if wanted.department else "t.department_id = 0")
    if wanted.due is not None:
        where.append(f"t.mark IN ({', '.join(repr(str(mark)) for mark in _COUNT_AS[wanted.due])})")
    return _Cells(f"{_SUMS} AND {' AND '.join(where)} UNION ALL {_NOTED}", IS_OF_TODAY)


def _drawn(
    db: Session, tile: Tile, wanted: TicketFilter, today: date, cells: _Cells
) -> bytes | None:
    """None where the cells are not of today."""
    where, values = conditions(wanted)
    statement = TILE.replace("{cells}", cells.rows).replace("{are_of_today}", cells.are_of_today)
    statement = statement.replace("{asked}", " AND ".join(["true", *where]))
    facts = values | _places(tile) | {"today": today, "ranks": list(RANKS)}
    ((are_of_today, made),) = sql.run(db, sql.named(statement), **facts).fetchall()
    return bytes(made) if are_of_today else None


def _places(tile: Tile) -> dict[str, Any]:
    """Of the tile, of the kept ones that make it up, and of its cells' edges, in degrees."""
    beyond = max(0, FIRST - tile.z)
    west, south, east, north = tile.bounds
    corners = [
        Tile(tile.z + _DEEPER, tile.x * CELLS + step, tile.y * CELLS + step).bounds
        for step in range(CELLS)
    ]
    return {
        "z": tile.z, "x": tile.x, "y": tile.y,
        "west": west, "south": south, "east": east, "north": north,
        "zoom": tile.z + beyond, "beyond": beyond,
        "first_x": tile.x << beyond, "last_x": ((tile.x + 1) << beyond) - 1,
        "first_y": tile.y << beyond, "last_y": ((tile.y + 1) << beyond) - 1,
        "lons": [*(west for west, _, _, _ in corners), east],
        "lats": [*(north for _, _, _, north in corners), south],
    }  # fmt: skip


_COUNT_AS: Final = {
    Mark.DUE: (Mark.DUE,),
    Mark.OVERDUE: (Mark.OVERDUE, Mark.LONG_OVERDUE),
    Mark.LONG_OVERDUE: (Mark.LONG_OVERDUE,),
    Mark.PAUSED: (Mark.PAUSED,),
}
_FINER: Final = FINEST - _DEEPER
_EVEN: Final = FINEST - 12
"""At this zoom a tile has as many steps as it has units."""
_CELL_OF: Final = f"""
    ((y >> {_FINER} - :z) & {CELLS - 1}) * {CELLS} + ((x >> {_FINER} - :z) & {CELLS - 1})
"""
_IN_TILE: Final = f"x >> {FINEST} - :z = :x AND y >> {FINEST} - :z = :y"
_SUMS: Final = f"""
    SELECT ((y * {CELLS} + (cell >> {_DEEPER}) >> :beyond) & {CELLS - 1}) * {CELLS}
               + ((x * {CELLS} + (cell & {CELLS - 1}) >> :beyond) & {CELLS - 1}) AS cell,
           rank, many, sum_x, sum_y, west, east, north, south
    FROM ticket_cells t
    WHERE zoom = :zoom AND x BETWEEN :first_x AND :last_x AND y BETWEEN :first_y AND :last_y
"""
_ONE_BY_ONE: Final = f"""
    SELECT {_CELL_OF} AS cell, rank, many, many * x::bigint, many * y::bigint, x, x, y, y
"""
_NOTED: Final = f"""
    {_ONE_BY_ONE} FROM ticket_cell_changes t, {MARK} WHERE {_IN_TILE} AND {{asked}}
"""
_COUNTED: Final = _Cells(
    f"""
    {_ONE_BY_ONE} FROM (
        SELECT michi_east(place) AS x, michi_south(place) AS y, 1 AS many, rank
        FROM tickets t, {MARK}
        WHERE {{asked}} AND t.place && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
    ) AS t WHERE {_IN_TILE}
    """,
    "true",
)
_LON: Final = f"{{}}::float8 / {2**FINEST} * 360 - 180"
_LAT: Final = f"degrees(atan(sinh(pi() * (1 - {{}}::float8 / {2 ** (FINEST - 1)}))))"
# A cluster stands half-way between its middle and its cell's, so that two never lie on each other.
# Single tickets are looked up in degrees, a little beyond their cell's edges, and by their steps.
TILE: Final = f"""
    WITH cells (cell, rank, many, sum_x, sum_y, west, east, north, south) AS ({{cells}}),
    ranked AS (
        SELECT cell, rank, sum(many) AS many, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y,
               min(west) AS west, max(east) AS east, min(north) AS north, max(south) AS south
        FROM cells GROUP BY cell, rank HAVING sum(many) > 0
    ), gathered AS (
        SELECT cell, cell & {CELLS - 1} AS across, cell >> {_DEEPER} AS down, min(rank) AS rank,
               sum(many)::int AS many,
               (sum(sum_x) / sum(many))::float8 / 2 ^ ({_EVEN} - :z) - :x * {EXTENT} AS px,
               (sum(sum_y) / sum(many))::float8 / 2 ^ ({_EVEN} - :z) - :y * {EXTENT} AS py,
               min(west) AS west, max(east) AS east, min(north) AS north, max(south) AS south
        FROM ranked GROUP BY cell
    ), clusters AS (
        SELECT many AS count, (CAST(:ranks AS text[]))[rank] AS worst,
               {_LON.format("west")} AS west, {_LAT.format("(south + 1)")} AS south,
               {_LON.format("(east + 1)")} AS east, {_LAT.format("north")} AS north,
               ST_MakePoint(((px + across * {_CELL} + {_CELL // 2}) / 2)::int,
                            ((py + down * {_CELL} + {_CELL // 2}) / 2)::int) AS geom
        FROM gathered WHERE many > 2
    ), found AS (
        SELECT single.*
        FROM gathered g, LATERAL (
            SELECT {POINT}, rank, michi_east(t.place) AS x, michi_south(t.place) AS y
            FROM tickets t, {MARK}
            WHERE {{asked}} AND t.place && ST_Expand(ST_MakeEnvelope(
                (CAST(:lons AS float8[]))[across + 1], (CAST(:lats AS float8[]))[down + 2],
                (CAST(:lons AS float8[]))[across + 2], (CAST(:lats AS float8[]))[down + 1],
                4326), 1e-7)
        ) AS single
        WHERE g.many <= 2 AND {_IN_TILE} AND {_CELL_OF} = g.cell
    ), points AS (
        SELECT {SHOWN},
               ST_MakePoint((x >> {_EVEN} - :z) & {EXTENT - 1},
                            (y >> {_EVEN} - :z) & {EXTENT - 1}) AS geom
        FROM found ORDER BY rank DESC, number
    )
    SELECT {{are_of_today}},
           (SELECT ST_AsMVT(points, 'tickets', {EXTENT}) FROM points)
           || (SELECT ST_AsMVT(clusters, 'clusters', {EXTENT}) FROM clusters)
"""
