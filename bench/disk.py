"""What a ticket takes on the disk, by table and index, and what a commit that waits for it costs.

    python -m bench.disk [rounds] [tickets]

A city is filled as bench.growth does, a quarter of its tickets open; what it had before is left
out. Then one small row at a time is committed on two servers of their own, one as durable as in
production, one that never waits for the disk. There are no limits: disks differ.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
from sqlalchemy import text

import local.machine.servers.postgres
from bench.ground import ground
from bench.growth import fill
from bench.rounds import interleave, report
from store.database import engine, transaction

COMMITS: Final = 50
"""In each round."""
_KEPT: Final = "x" * 500
"""About what an event of LINE takes."""


def main(rounds: int = 15, tickets: int = 20_000) -> int:
    with ground(durable=False):
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))  # as after the filling: its maps take pages
        before = sizes()
        fill(tickets // 4, tickets - tickets // 4)
        report(
            f"disk for each of {tickets:,} tickets",
            {name: [float(grown)] for name, grown in grown_since(before).items()},
            "tickets",
            {},
            unit="bytes",
            scale=1 / tickets,
        )
    with commits() as ways:
        interleave(ways, 2)
        samples = interleave(ways, rounds)
    report("one commit", samples, "without fsync", {}, unit="µs", scale=1e6)
    return 0


def sizes() -> dict[str, int]:
    """Bytes of each table (with what of it lies beside it) and, named behind it, of its indexes."""
    with transaction() as db:
        return {row.name: row.bytes for row in db.execute(_SIZES)}


def grown_since(before: dict[str, int]) -> dict[str, int]:
    """By how many bytes, the most first, and all together; what has not grown is left out."""
    grown = {name: size - before.get(name, 0) for name, size in sizes().items()}
    largest = sorted(grown.items(), key=lambda one: -one[1])
    return {"all together": sum(grown.values())} | {name: by for name, by in largest if by > 0}


@contextmanager
def commits() -> Iterator[dict[str, Callable[[], float]]]:
    """Ways to commit one row, by name; each gives the seconds that one took."""
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="michi-bench-")))
        quick, durable = (_server(ending, folder, durable=durable) for durable in (False, True))
        unwaited = ending.enter_context(psycopg.connect(durable.info.dsn, autocommit=True))
        unwaited.execute("SET synchronous_commit = off")
        yield {
            "without fsync": partial(_commit, quick),
            "with fsync": partial(_commit, durable),
            "with fsync again (A/A)": partial(_commit, durable),
            "with fsync, not waited for": partial(_commit, unwaited),
        }


def _server(ending: ExitStack, folder: Path, *, durable: bool) -> psycopg.Connection:
    name = "durable" if durable else "quick"
    cluster = local.machine.servers.postgres.start(folder / name, durable=durable)
    ending.callback(cluster.stop)
    connection = ending.enter_context(psycopg.connect(cluster.url, autocommit=True))
    connection.execute("CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY, body text)")
    return connection


def _commit(connection: psycopg.Connection) -> float:
    """The median of COMMITS, for a disk is now and then held up by others."""
    return median(_once(connection) for _ in range(COMMITS))


def _once(connection: psycopg.Connection) -> float:
    start = time.perf_counter()
    connection.execute("INSERT INTO kept (body) VALUES (%s)", (_KEPT,))
    return time.perf_counter() - start


_SIZES: Final = text("""
    SELECT relname AS name, pg_table_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT t.relname || ': ' || i.relname, pg_relation_size(i.oid)
    FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
    WHERE t.relnamespace = 'public'::regnamespace
""")

if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
