"""All trouble with the database is one family of errors, and tells nobody's values."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Composed
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from townsfolk import value

from settings import settings
from store import sql
from store.database import at_once, burst, engine, listening, snapshot, transaction

pytestmark = pytest.mark.usefixtures("database_url")


def by_driver(statement: str) -> None:
    with transaction() as db:
        sql.run(db, statement)


def by_session(statement: str) -> None:
    with transaction() as db:
        db.execute(text(statement))


def within_listening(statement: str) -> None:
    with listening("anything") as connection:
        connection.execute(statement)  # type: ignore[call-overload]


DOORS = [by_driver, by_session, at_once, within_listening]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("statement", "kind", "state"),
    [
        ("INSERT INTO residents (line_user_id) VALUES ('佐藤'), ('佐藤')", IntegrityError, "23505"),
        ("SELECT CAST(line_user_id || '佐藤' AS int) FROM who", DataError, "22P02"),
    ],
)
def test_whoever_meets_it_the_error_is_of_one_family_and_quotes_nobody(
    door: Callable[[str], None], statement: str, kind: type[SQLAlchemyError], state: str
) -> None:
    statement = statement.replace("FROM who", "FROM (SELECT '' AS line_user_id) AS who")
    with pytest.raises(kind) as met:
        door(statement)
    assert sql.kind_of(met.value) == state
    assert not sql.is_passing(met.value)
    told = "".join(traceback.format_exception_only(met.value)) + str(met.value.__cause__)
    assert "佐藤" not in told.replace(statement, "")


@pytest.mark.changes_the_schema
@pytest.mark.parametrize("door", DOORS)
def test_a_database_that_is_away_is_of_the_same_family(door: Callable[[str], None]) -> None:
    engine().dispose()
    engine.cache_clear()
    settings().database_url = "postgresql+psycopg://127.0.0.1:9/nowhere"
    with pytest.raises(OperationalError) as met:
        door("SELECT 1")
    assert sql.is_passing(met.value)
    assert sql.kind_of(met.value) == "OperationalError"


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (psycopg.errors.DeadlockDetected, True),
        (psycopg.errors.SerializationFailure, True),
        (psycopg.errors.LockNotAvailable, True),
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.ReadOnlySqlTransaction, True),
        (psycopg.errors.UndefinedColumn, False),
        (psycopg.errors.NotNullViolation, False),
        (psycopg.errors.ObjectInUse, False),
        (PoolTimeout, True),
        (ValueError, False),
    ],
)
def test_what_a_person_can_wait_for_is_told_from_a_fault(
    error: type[Exception], passes: bool
) -> None:
    made: Any = error("said")
    assert sql.is_passing(made) is passes
    if isinstance(made, psycopg.Error):
        assert sql.is_passing(sql.translated(made)) is passes


def test_a_connection_on_which_anything_else_failed_is_lent_to_nobody() -> None:
    engine().dispose()
    with pytest.raises(UnicodeEncodeError):
        at_once("SELECT %s", "half a letter: \ud800")
    with engine().connect() as connection:
        lent: Any = connection.connection.driver_connection
        assert not lent.autocommit


@pytest.mark.parametrize("door", DOORS)
def test_a_connection_that_was_cut_is_waited_for_and_the_next_one_is_sound(
    door: Callable[[str], None],
) -> None:
    with pytest.raises(OperationalError) as met:
        door("SELECT pg_terminate_backend(pg_backend_pid())")
    assert sql.is_passing(met.value)
    assert value("SELECT 1") == 1


@pytest.mark.parametrize("door", [transaction, lambda: burst_of_one()])
def test_rows_stay_while_another_statement_runs(
    door: Callable[[], AbstractContextManager[Session]],
) -> None:
    with door() as db:
        first = sql.run(db, "SELECT * FROM generate_series(1, %(last)s)", last=3)
        found = [(one, sql.run(db, "SELECT %(n)s * 2", n=one).fetchone()) for (one,) in first]
        nothing = sql.run(db, "SET LOCAL lock_timeout = 0")
    assert found == [(1, (2,)), (2, (4,)), (3, (6,))]
    assert (first.rowcount, first.fetchone(), nothing.fetchall()) == (3, (1,), [])


@contextmanager
def burst_of_one() -> Iterator[Session]:
    with burst() as begin, begin() as db:
        yield db


def test_who_leaves_a_stream_early_leaves_the_rest_and_holds_nobody_up() -> None:
    many = SQL("SELECT n::text, NULL FROM generate_series(1, {}) n").format(300_000)
    with snapshot() as db, pytest.raises(OSError, match="full"):
        stop_reading(db, many)
    with snapshot() as db, sql.stream(db, many) as rows:
        assert sum(1 for _ in rows) == 300_000


def stop_reading(db: Session, query: Composed) -> None:
    with sql.stream(db, query) as rows:
        assert next(rows) == ("1", None)
        raise OSError("full")
