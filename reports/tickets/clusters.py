"""Tickets from far away: how many are in each cell of a tile, and single ones as points."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from geo.tiles import EXTENT, Tile
from reports.tickets.cells import (
    CELLS,
    COUNT_AS,
    FINEST,
    FIRST,
    IS_OF_TODAY,
    RANK,
    RANKS,
    tells_apart,
)
from reports.tickets.filters import OF_DEPARTMENT, STILL_OPEN, conditions
from reports.tickets.indexes import ATTENTION
from reports.tickets.status import OPEN, Status
from reports.tickets.wanted import TicketFilter
from store import sql

FEW: Final = 2
"""So many tickets of a cell are points, not a cluster."""
_CELL: Final = EXTENT // CELLS
_DEEPER: Final = CELLS.bit_length() - 1
WORD: Final = "(CAST(:ranks AS text[]))[rank]"
"""SQL: what a rank is called in a tile."""

WANTS: Final = f"CASE WHEN {ATTENTION} OR t.id = ANY(:silent) THEN true END AS wants"
"""SQL over tickets: left out of a tile where it is not so. `silent`: ids of those whose authority
has not answered."""


class _Cells(NamedTuple):
    """SQL: rows of cells by rank, and whether they are of today."""

    rows: str
    are_of_today: str


def tile_from_afar(
    db: Session, tile: Tile, wanted: TicketFilter, today: date, silent: Sequence[int] = ()
) -> bytes:
    """As `reports.tickets.tiles.ticket_tile` has it, up to the zoom LAST of kept cells.

    Where these are not of today, or do not tell apart what is wanted, tickets are counted.
    """
    kept = _kept(wanted, today)
    drawn = _drawn(db, tile, wanted, today, kept, silent) if kept else None
    if drawn is None:
        drawn = _drawn(db, tile, wanted, today, _COUNTED, silent)
    return drawn or b""


def _kept(wanted: TicketFilter, today: date) -> _Cells | None:
    """The kept cells that tell apart what is wanted, if any do."""
    if not tells_apart(wanted) or (wanted.due_on or today) != today:
        return None
    plain = TicketFilter(wanted.statuses, department=wanted.department)
    if wanted == plain and set(wanted.statuses or ()) == OPEN:
        level, where = "open" if wanted.department is None else "department", []
    else:
        level, where = "each", conditions(replace(wanted, department=None, due=None))[0]
    where = [f"t.level = '{level}'", *where]
    if wanted.department is not None:
        where.append(OF_DEPARTMENT if wanted.department else "t.department_id = 0")
    if wanted.due is not None:
        where.append(f"t.mark IN ({', '.join(repr(str(mark)) for mark in COUNT_AS[wanted.due])})")
    return _Cells(f"{_SUMS} AND {' AND '.join(where)} UNION ALL {_NOTED}", IS_OF_TODAY)


def _drawn(
    db: Session,
    tile: Tile,
    wanted: TicketFilter,
    today: date,
    cells: _Cells,
    silent: Sequence[int],
) -> bytes | None:
    """None where the cells are not of today."""
    statement, values = statement_of(tile, wanted, today, cells, silent)
    ((are_of_today, made),) = sql.run(db, statement, **values).fetchall()
    return bytes(made) if are_of_today else None


def statement_of(
    tile: Tile, wanted: TicketFilter, today: date, cells: _Cells, silent: Sequence[int] = ()
) -> tuple[str, dict[str, Any]]:
    """For `sql.run`, with its values: whether the cells are of today, and the tile."""
    where, values = conditions(wanted)
    near, few = _looked_up(wanted, where)
    parts = {**cells._asdict(), "asked": " AND ".join(["true", *where]), "near": near}
    statement = TILE
    for name, part in parts.items():
        statement = statement.replace(f"{{{name}}}", part)
    values |= _places(tile) | {"today": today, "ranks": list(RANKS), "few": few}
    values["silent"] = list(silent)
    return sql.named(statement), values


def _looked_up(wanted: TicketFilter, where: list[str]) -> tuple[str, int]:
    """Among which tickets of a cell its few are looked up, and how many are few: none where there
    could be many others, as of closed ones when not all are wanted."""
    if STILL_OPEN in where:
        return STILL_OPEN, FEW
    all_closed = wanted.statuses is None or set(Status) - OPEN <= set(wanted.statuses)
    is_wide = all_closed and wanted == TicketFilter(wanted.statuses)
    return "true", FEW if is_wide else 0


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
    SELECT {_CELL_OF} AS cell, {RANK} AS rank, many, many * x::bigint, many * y::bigint, x, x, y, y
"""
_NOTED: Final = f"""
    {_ONE_BY_ONE} FROM ticket_cell_changes t WHERE {_IN_TILE} AND {{asked}}
"""
_COUNTED: Final = _Cells(
    f"""
    {_ONE_BY_ONE} FROM (
        SELECT t.*, michi_east(place) AS x, michi_south(place) AS y, 1 AS many FROM tickets t
        WHERE {{asked}}
          AND t.place && ST_Expand(ST_MakeEnvelope(:west, :south, :east, :north, 4326), 1e-7)
    ) AS t WHERE {_IN_TILE}
    """,
    "true",
)
_LON: Final = f"{{}}::float8 / {2**FINEST} * 360 - 180"
_LAT: Final = f"degrees(atan(sinh(pi() * (1 - {{}}::float8 / {2 ** (FINEST - 1)}))))"
# A cluster stands half-way between its middle and its cell's, so that two never lie on each other.
# Tickets are looked up in degrees, a little beyond the edges, and by their steps.
TILE: Final = f"""
    WITH cells (cell, rank, many, sum_x, sum_y, west, east, north, south) AS ({{rows}}),
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
        SELECT many AS count, {WORD} AS worst,
               {_LON.format("west")} AS west, {_LAT.format("(south + 1)")} AS south,
               {_LON.format("(east + 1)")} AS east, {_LAT.format("north")} AS north,
               ST_MakePoint(((px + across * {_CELL} + {_CELL // 2}) / 2)::int,
                            ((py + down * {_CELL} + {_CELL // 2}) / 2)::int) AS geom
        FROM gathered WHERE many > :few
    ), found AS (
        SELECT single.*
        FROM gathered g, LATERAL (
            SELECT t.id, t.number, t.status, {RANK} AS rank, {WANTS},
                   michi_east(t.place) AS x, michi_south(t.place) AS y
            FROM (
                SELECT * FROM tickets t
                WHERE {{near}} AND t.place && ST_Expand(ST_MakeEnvelope(
                    (CAST(:lons AS float8[]))[across + 1], (CAST(:lats AS float8[]))[down + 2],
                    (CAST(:lons AS float8[]))[across + 2], (CAST(:lats AS float8[]))[down + 1],
                    4326), 1e-7)
                OFFSET 0  -- by its place, whatever else is asked
            ) AS t WHERE {{asked}}
        ) AS single
        WHERE g.many <= :few AND {_IN_TILE} AND {_CELL_OF} = g.cell
    ), points AS (
        SELECT number, status, {WORD} AS mark, wants,
               ST_MakePoint((x >> {_EVEN} - :z) & {EXTENT - 1},
                            (y >> {_EVEN} - :z) & {EXTENT - 1}) AS geom
        FROM found ORDER BY rank DESC, id
    )
    SELECT {{are_of_today}},
           (SELECT ST_AsMVT(points, 'tickets', {EXTENT}) FROM points)
           || (SELECT ST_AsMVT(clusters, 'clusters', {EXTENT}) FROM clusters)
"""
