"""tipg's tiles of our tickets: each a point with some of its columns, over the same PostGIS.

Called within this process, without its web server, on one connection of the pool that it makes.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from geo.tiles import Tile
from settings import settings

try:
    import asyncpg
    import morecantile
    from tipg.collections import Collection, pg_get_collection_index
    from tipg.database import connection_factory
except ImportError:
    raise SystemExit(
        "tipg is missing: pip install --require-hashes -r requirements-dev.lock"
    ) from None

_SHOWN: Final = ["number", "status", "urgent", "deadline"]
_TILES: Final = morecantile.tms.get("WebMercatorQuad")


@contextmanager
def tipg_tiles() -> Iterator[Callable[[Tile], bytes]]:
    """Gives what makes a tile of all tickets within the block: one layer, `default`."""
    with asyncio.Runner() as loop:
        pool = loop.run(_pool())
        tickets = loop.run(_tickets(pool))
        try:
            yield lambda tile: loop.run(_tile(pool, tickets, tile))
        finally:
            loop.run(pool.close())


async def _pool() -> asyncpg.Pool:
    ready = connection_factory(["public"], "pg_temp")
    return await asyncpg.create_pool(
        str(settings().database_url), min_size=1, max_size=1, init=ready
    )


async def _tickets(pool: asyncpg.Pool) -> Collection:
    async with pool.acquire() as connection:
        tables = await pg_get_collection_index(connection)
    return next(table for table in tables if table.table == "tickets")


async def _tile(pool: asyncpg.Pool, tickets: Collection, tile: Tile) -> bytes:
    at = morecantile.Tile(tile.x, tile.y, tile.z)
    async with pool.acquire() as connection:
        return bytes(await tickets.get_tile(connection, tms=_TILES, tile=at, properties=_SHOWN))
