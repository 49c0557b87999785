"""One PostGIS database, and the doors through which everything is written to it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache, partial
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction

from settings import settings
from store import jobs, sql, tasks
from store.origin import origin

RESTED_SECONDS: Final = 1.0


@lru_cache(maxsize=1)
def engine() -> Engine:
    """This process's pool of connections; the parent of a fork must not have asked for it."""
    made = create_engine(
        settings().database_url,
        pool_size=20,
        max_overflow=20,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )
    event.listen(made, "connect", _begins)
    event.listen(made, "checkin", _goes_to_rest)
    event.listen(made, "checkout", _still_there)
    event.listen(made, "handle_error", _leave_values_out)
    event.listen(made, "engine_disposed", lambda _: _leave_what_is_open())
    return made


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits when the block ends well; tasks written in it are handed over then."""
    written: list[tasks.Task] = []
    with _commit(engine(), written) as db:
        yield db
    jobs.hand_over(written)


@contextmanager
def burst() -> Iterator[Callable[[], AbstractContextManager[Session]]]:
    """A door for many transactions in a row: `with burst() as transaction`, for each `with
    transaction() as db`. They share a connection, and their tasks are handed over at the end.
    """
    written: list[tasks.Task] = []
    try:
        with engine().connect() as connection:
            yield partial(_commit, connection, written)
    finally:
        jobs.hand_over(written)


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session that sees one moment alone, however long it takes, and changes nothing. It holds
    nobody up; while it is open, the server keeps what others delete. Raises SQLAlchemyError."""
    with engine().connect() as connection:
        frozen = connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        with Session(frozen) as db, db.begin():
            yield db


def at_once(statement: str, *values: Any) -> sql.Rows:
    """One statement as a transaction of its own, in one round trip: committed when this returns.

    For where a session costs too much: each thread keeps a connection for it, and a statement that
    fails costs it that connection. Raises SQLAlchemyError.
    """
    with sql.one_family(statement):
        own: _Own | None = getattr(_thread, "own", None)
        if own is None or own.pool is not engine().pool or own.since <= _left_at:
            own = _thread.own = _Own(engine())
        try:
            return sql.execute(own.cursor, statement, values)
        except BaseException as wrong:
            if own.connection.closed or getattr(wrong, "sqlstate", "") == sql.ONLY_READS:
                engine().dispose()
            own.connection.close()
            _thread.own = None
            raise


class _Own:
    """A connection in autocommit that left its pool for good; it ends with the thread."""

    def __init__(self, engine: Engine) -> None:
        self.pool, self.since = engine.pool, time.monotonic()
        lent = engine.raw_connection()
        connection: Any = lent.driver_connection
        lent.detach()
        connection.autocommit = True
        self.connection, self.cursor = connection, connection.cursor()

    def __del__(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()


_thread = threading.local()


def request_session() -> Iterator[Session]:
    """FastAPI's door: `Depends(request_session, scope="function")` commits before the answer."""
    with transaction() as db:
        yield db


def wake(db: Session, channel: str) -> None:
    """Tell every process that listens on `channel`, when and only when this transaction commits."""
    db.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})


@contextmanager
def listening(channel: str) -> Iterator[psycopg.Connection]:
    """A connection of its own that hears NOTIFY; wait with `connection.notifies(timeout=…)`.

    Raises SQLAlchemyError, from within the block too.
    """
    url = settings().database_url.replace("postgresql+psycopg://", "postgresql://")
    with (
        sql.one_family(),
        psycopg.connect(url, autocommit=True, connect_timeout=5) as connection,
    ):
        connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        yield connection


@contextmanager
def _commit(bind: Engine | Connection, written: list[tasks.Task]) -> Iterator[Session]:
    try:
        with Session(bind, expire_on_commit=False) as db:
            with db.begin():
                if (asks := origin.get()) is not None and asks.changes:
                    event.listen(db, "after_begin", _tell_who)
                if isinstance(bind, Connection):
                    sql.keep_cursor(db)
                yield db
            written += tasks.written_in(db)
    except SQLAlchemyError as trouble:
        if sql.kind_of(trouble) == sql.ONLY_READS:
            _leave_that_server(bind)
        raise


def _tell_who(_db: Session, begun: SessionTransaction, connection: Connection) -> None:
    """What this transaction changes is signed by whoever asks (migration 0043)."""
    if (asks := origin.get()) is not None and not begun.nested:
        driver: Any = connection.connection.driver_connection
        driver.execute(_WHO.format(Literal(asks.as_json())))


_WHO: Final = SQL("SET LOCAL michi.who = {}")
"""No query: a transaction may still be told to see one moment alone."""


def _leave_that_server(bind: Engine | Connection) -> None:
    """Who may be written to now is behind other connections."""
    _leave_what_is_open()
    if isinstance(bind, Connection):
        bind.invalidate()


def _leave_what_is_open() -> None:
    """Connections that began before are lent no more."""
    global _left_at
    _left_at = time.monotonic()


_left_at = 0.0


def _begins(connection: Any, record: Any) -> None:
    record.info["began"] = time.monotonic()


def _goes_to_rest(connection: Any, record: Any) -> None:
    """What was lent while its pool was given up is closed, for nobody takes it from there."""
    record.info["rests_since"] = time.monotonic()
    if record.info["began"] <= _left_at:
        record.invalidate()


def _still_there(connection: Any, record: Any, lent: Any) -> None:
    """Ask a connection that has rested, as `pool_pre_ping` does; in a burst that would be dear."""
    if record.info["began"] <= _left_at:
        raise InvalidatePoolError
    rests_since = record.info.get("rests_since")
    if rests_since is None or time.monotonic() - rests_since < RESTED_SECONDS:
        return
    try:
        engine().dialect.do_ping(connection)
    except psycopg.Error as gone:
        raise InvalidatePoolError from gone


def _leave_values_out(trouble: ExceptionContext) -> None:
    """What a session raises says no more of the values than what `sql.run` raises."""
    wrong, made = trouble.original_exception, trouble.sqlalchemy_exception
    if isinstance(wrong, psycopg.Error) and isinstance(made, DBAPIError):
        made.args = sql.translated(wrong).args
