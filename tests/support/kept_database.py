"""One database for all tests of a process: whatever a test has committed is gone before the next.

A new database for each test costs a tenth of a second, and every connection to it begins cold.
What is here asks each table in one statement whether it is as it was, and empties, or fills
again, those that are not: a fifth of a millisecond where nothing was committed.
"""

import time
from typing import Any, Final, LiteralString, NamedTuple, cast

import psycopg

PATIENCE: Final = 5.0
_MANY: Final = 50
"""Rows of an empty table that are gone: from so many on it is swept, which takes longer than all
else that is done after a test."""
_TABLES: Final = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys' ORDER BY 1
"""
_BUSY: Final = """
    SELECT pid, state, left(query, 200) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND state <> 'idle'
"""
_SCHEMA: Final = """
    SELECT count(*),
           sum(hashtextextended(t.relname || '.' || a.attname,
                                (a.attnum::bigint << 32) + a.atttypid::bigint)),
           (SELECT md5(string_agg(c.oid || c.conname || c.convalidated, ',' ORDER BY c.oid))
            FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace),
           (SELECT sum(hashint8extended(k.oid::bigint, 0))
            FROM pg_class k WHERE k.relnamespace = 'public'::regnamespace AND k.relkind = 'i'),
           (SELECT md5(string_agg(s::text, ',')) FROM pg_db_role_setting s)
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'v')
      AND a.attnum > 0 AND NOT a.attisdropped
"""
"""Sums and not lists of all columns and indexes: it is asked after every test."""


class NotLeftAsFound(Exception):
    """A test went on writing after its end, or changed the schema without saying so."""


class Kept(NamedTuple):
    """How a database was: which tables had rows and how many, each sequence, and the schema."""

    filled: dict[str, int]
    empty: list[str]
    sequences: str
    schema: tuple[Any, ...]
    since: int
    gone: dict[str, int]
    """How many rows of each empty table were deleted since it was swept."""


def keep(connection: psycopg.Connection) -> Kept:
    """Copy what lies in the tables into the schema `kept`; `connection` is for restoring alone."""
    _run(connection, "SET session_replication_role = replica")
    _run(connection, f"SET lock_timeout = '{PATIENCE}s'")
    _run(connection, "SET client_min_messages = error")
    filled, empty = {}, []
    for (table,) in _rows(connection, _TABLES):
        if many := _rows(connection, f"SELECT count(*) FROM {table}")[0][0]:
            filled[table] = many
        else:
            empty.append(table)
    _run(connection, "CREATE SCHEMA kept")
    for table in filled:
        _run(connection, f"CREATE TABLE kept.{table} AS TABLE public.{table}")
    sequences, schema = _sequences(connection), _schema(connection)
    return Kept(filled, empty, sequences, schema, _now(connection), dict.fromkeys(empty, 0))


def restore(connection: psycopg.Connection, kept: Kept) -> Kept:
    """Make the database what it was; gives what to compare with the next time.

    Raises NotLeftAsFound when somebody is still at work in it, or its schema is another.
    """
    _wait_until_nobody_works(connection)
    if _schema(connection) != kept.schema:
        raise NotLeftAsFound("the schema changed: mark the test with `changes_the_schema`")
    changed = _changed(connection, kept)
    try:
        for table in changed:
            many = _run(connection, f"DELETE FROM {table}")
            kept.gone[table] = kept.gone.get(table, _MANY) + many
        if full := [table for table in changed if kept.gone[table] >= _MANY]:
            _run(connection, f"VACUUM {', '.join(full)}")
            kept.gone.update({table: 0 for table in full if table not in kept.filled})
    except psycopg.errors.LockNotAvailable as locked:
        raise NotLeftAsFound(f"{locked}; {_rows(connection, _BUSY)}") from locked
    again = [table for table in changed if table in kept.filled]
    for table in again:
        _run(connection, f"INSERT INTO {table} SELECT * FROM kept.{table}")
    _run(connection, kept.sequences)
    return kept._replace(since=_now(connection)) if again else kept


def _changed(connection: psycopg.Connection, kept: Kept) -> list[str]:
    """The tables with other rows than then; a row that was written since is younger than then."""
    young = f"bool_or(age(xmin) < age('{kept.since}'::xid))"
    looks = [f"(SELECT EXISTS (SELECT 1 FROM {table}))" for table in kept.empty]
    for table, many in kept.filled.items():
        looks.append(f"(SELECT count(*) <> {many} OR {young} FROM {table})")
    (found,) = _rows(connection, f"SELECT {', '.join(looks)}")
    tables = [*kept.empty, *kept.filled]
    return [table for table, differs in zip(tables, found, strict=True) if differs]


def _wait_until_nobody_works(connection: psycopg.Connection) -> None:
    """A thread that is still in a transaction would write into the next test."""
    deadline = time.monotonic() + PATIENCE
    while busy := _rows(connection, _BUSY):
        if time.monotonic() > deadline:
            raise NotLeftAsFound(f"still at work: {busy}")
        time.sleep(0.02)


def _sequences(connection: psycopg.Connection) -> str:
    """The statement that sets every sequence to where it is now."""
    names = _rows(connection, "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    calls = []
    for (name,) in names:
        ((last, called),) = _rows(connection, f"SELECT last_value, is_called FROM {name}")
        calls.append(f"setval('{name}', {last}, {called})")
    return f"SELECT {', '.join(calls)}"


def _schema(connection: psycopg.Connection) -> tuple[Any, ...]:
    return _rows(connection, _SCHEMA)[0]


def _now(connection: psycopg.Connection) -> int:
    """A transaction's number: younger than all that is there, older than all that will be."""
    return int(_rows(connection, "SELECT pg_current_xact_id()")[0][0])


def _rows(connection: psycopg.Connection, statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(cast(LiteralString, statement)).fetchall()


def _run(connection: psycopg.Connection, statement: str) -> int:
    """How many rows it changed."""
    return connection.execute(cast(LiteralString, statement)).rowcount
