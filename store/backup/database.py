"""The database as it is at one moment: seen by a snapshot, written by pg_dump, put back by
pg_restore.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from settings import settings
from store import sql
from store.backup import Busy, NotEmpty
from store.backup.pieces import Piece, write
from store.backup.seal import Recipients
from store.backup.target import Target
from store.backup.tools import find, giving
from store.database import NOTICES

LOCK: Final = 0x6D696368_6261636B
"""Of the one backup that is being made: while it holds it, no file of a photo is deleted."""
NOT_OURS: Final = ("--exclude-table-data=spatial_ref_sys",)
"""PostGIS brings it along, and whoever puts a dump back may not be its owner."""
_TRIES: Final = 5
_BETWEEN_SECONDS: Final = 0.2
AHEAD: Final = 1_000_000
"""So far beyond those of a backup new numbers of rows begin after it was put back: what was given
out since, and is lost, is nobody else's afterwards."""
AHEAD_INTEGER: Final = 100_000
_MOST_INTEGER: Final = 2**31 - 1


@dataclass(frozen=True)
class Moment:
    """`connection` sees this moment, and `snapshot` is what other connections see it by."""

    connection: psycopg.Connection[Any]
    snapshot: str
    at: datetime
    postgres: str

    @property
    def major(self) -> int:
        """Of the server's version."""
        return int(self.postgres.partition(".")[0])


def url() -> str:
    """Of the role that owns the tables, where there is one: it goes past a pooler."""
    given = settings().database_owner_url or settings().database_url
    return given.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def alone() -> Iterator[psycopg.Connection[Any]]:
    """While the block lasts no other backup is made, and photos' files stay. Raises Busy."""
    with sql.one_family(), psycopg.connect(url(), **NOTICES) as lock:
        lock.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        for _ in range(_TRIES):  # who asks whether one is being made holds it for a moment
            ((taken,),) = lock.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK]).fetchall()
            if taken:
                break
            time.sleep(_BETWEEN_SECONDS)
        else:
            raise Busy
        yield lock


def is_still_alone(lock: psycopg.Connection[Any]) -> None:
    """Raises SQLAlchemyError where the connection that held the lock is gone."""
    with sql.one_family():
        lock.execute("SELECT 1")


def is_being_made(db: Any) -> bool:
    """Whether a backup is: files that it may name are not to be deleted."""
    row = sql.run(db, "SELECT pg_try_advisory_xact_lock_shared(%(lock)s)", lock=LOCK).fetchone()
    return not (row and row[0])


@contextmanager
def moment(at_url: str | None = None) -> Iterator[Moment]:
    """Now, held for the length of the block. Raises SQLAlchemyError."""
    with (
        sql.one_family(),
        psycopg.connect(at_url or url(), autocommit=True, **NOTICES) as connection,
    ):
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("SET statement_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute(_MOMENT).fetchone()
        assert row is not None
        yield Moment(connection, *row)


def dump(seen: Moment, place: Target, name: str, to: Recipients, from_url: str) -> Piece:
    """All of it, sealed. Raises ToolFailed, TargetAway."""
    words = [
        find("pg_dump", seen.major),
        *("--format=custom", "--compress=6", *NOT_OURS, f"--snapshot={seen.snapshot}"),
    ]
    with giving(words, from_url) as process:
        assert process.stdout is not None
        return write(place, name, process.stdout, to)


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table of ours, by its name; of one in another schema with that before it."""
    with sql.one_family():
        names = connection.execute(_TABLES).fetchall()
        return {
            name if schema == "public" else f"{schema}.{name}": connection.execute(
                SQL("SELECT count(*) FROM {}").format(Identifier(schema, name))
            ).fetchall()[0][0]
            for schema, name in names
        }


def refuse_unless_empty(connection: psycopg.Connection[Any]) -> None:
    """Raises NotEmpty where there is any table."""
    with sql.one_family():
        names = connection.execute(_TABLES).fetchall()
    if names:
        raise NotEmpty(
            f"データベースは空ではありません(表が {len(names)} あります)。"
            "空のデータベースを作り、DATABASE_URL をそれに向けてください",
            f"the database is not empty ({len(names)} tables): make an empty one and let"
            " DATABASE_URL lead to it",
        )


def go_ahead(connection: psycopg.Connection[Any]) -> None:
    """No row that is written from now on has a number that may have been given out since."""
    with sql.one_family():
        for schema, name, most, last in connection.execute(_SEQUENCES).fetchall():
            step = AHEAD if most > _MOST_INTEGER else AHEAD_INTEGER
            connection.execute(
                "SELECT setval(%s::regclass, least(%s, %s))",
                [f'"{schema}"."{name}"', (last or 0) + step, most],
            )


def server_major(connection: psycopg.Connection[Any]) -> int:
    """Of the server's version."""
    return connection.info.server_version // 10_000


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Tables whose rows are not as many, with both counts."""
    return {
        name: (before.get(name, 0), after.get(name, 0))
        for name in sorted({*before, *after})
        if before.get(name, 0) != after.get(name, 0)
    }


_MOMENT: Final = """
    SELECT pg_export_snapshot(), now(), current_setting('server_version')
"""
_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'spatial_ref_sys'
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'topology', 'tiger')
    ORDER BY 2
"""
_SEQUENCES: Final = """
    SELECT schemaname, sequencename, max_value, last_value FROM pg_sequences
    WHERE schemaname !~ '^pg_' AND schemaname NOT IN ('information_schema', 'topology', 'tiger')
"""
