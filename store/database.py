"""One PostGIS database, and the doors through which everything is written to it."""

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache, partial
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    NullPool,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction

from settings import settings
from store import jobs, sql, tasks, traces
from store.origin import AS_OURS, told_first

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
        connect_args=_how(),
    )
    event.listen(made, "connect", _begins)
    if settings().database_direct_url:
        event.listen(made, "connect", _in_utc)
    event.listen(made, "checkin", _goes_to_rest)
    event.listen(made, "checkout", _still_there)
    event.listen(made, "handle_error", _leave_values_out)
    event.listen(made, "engine_disposed", lambda _: _leave_what_is_open())
    return made


def _how() -> dict[str, Any]:
    """A machine that is gone says nothing more: it is noticed by what it does not confirm.

    A pooler that lends a server for each transaction takes no options of a session, and does not
    know on which server a statement was prepared.
    """
    if settings().database_direct_url:
        return {**NOTICES, "prepare_threshold": None}
    return {**NOTICES, "options": f"-c timezone=UTC {AS_OURS}"}


NOTICES: Final[Mapping[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "fallback_application_name": "michi",
}
"""In seconds, the timeout in milliseconds; the name is for who looks at the database."""


@contextmanager
def direct() -> Iterator[Engine]:
    """Connections that last from one transaction to the next, with all that they hold: where
    DATABASE_URL leads to a pooler, past it."""
    if not (url := settings().database_direct_url):
        yield engine()
        return
    how = {**NOTICES, "options": AS_OURS}
    made = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=how)
    event.listen(made, "connect", _in_utc)
    event.listen(made, "handle_error", _leave_values_out)
    try:
        yield made
    finally:
        made.dispose()


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits when the block ends well; tasks written in it are handed over then."""
    written: list[tasks.Task] = []
    with _commit(engine(), written) as db:
        yield db
    jobs.hand_over(written)


@contextmanager
def burst(*, keeps: bool = False) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
    """A door for many transactions in a row: `with burst() as transaction`, for each `with
    transaction() as db`. They share a connection, and their tasks are handed over at the end.

    `keeps`: what is of the connection alone, such as a temporary table, is there in the next one.
    """
    written: list[tasks.Task] = []
    try:
        with direct() if keeps else nullcontext(engine()) as made, made.connect() as connection:
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
    url = settings().database_direct_url or settings().database_url
    url = url.replace("postgresql+psycopg://", "postgresql://")
    with (
        sql.one_family(),
        psycopg.connect(url, autocommit=True, **NOTICES) as connection,
    ):
        connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        yield connection


def aside(statement: str, **values: Any) -> sql.Rows:
    """One statement by a connection that is made for it and closed again: for a thread beside the
    work, and for who is about to fork. Raises SQLAlchemyError."""
    url = settings().database_url.replace("postgresql+psycopg://", "postgresql://")
    with (
        sql.one_family(statement),
        psycopg.connect(url, autocommit=True, **NOTICES) as connection,
    ):
        return sql.execute(connection.cursor(), statement, values)


def sign_trace(db: Session) -> None:
    """What this transaction writes from here on is of the trace around it, where there is one."""
    if traces.are_on():
        _tell_trace(db, None, db.connection())


@contextmanager
def _commit(bind: Engine | Connection, written: list[tasks.Task]) -> Iterator[Session]:
    try:
        with Session(bind, expire_on_commit=False) as db:
            with db.begin():
                if told_first(by_pooler=bool(settings().database_direct_url)):
                    event.listen(db, "after_begin", _tell_who)
                if isinstance(bind, Connection):
                    sql.keep_cursor(db)
                if traces.are_on():
                    event.listen(db, "after_begin", _tell_trace)
                yield db
            written += tasks.written_in(db)
    except SQLAlchemyError as trouble:
        if sql.kind_of(trouble) == sql.ONLY_READS:
            _leave_that_server(bind)
        raise


def _tell_who(_db: Session, begun: SessionTransaction, connection: Connection) -> None:
    if not begun.nested and (told := told_first(by_pooler=bool(settings().database_direct_url))):
        driver: Any = connection.connection.driver_connection
        driver.execute(told)


def _tell_trace(_db: Session, begun: SessionTransaction | None, connection: Connection) -> None:
    if (here := traces.here()) and not (begun and begun.nested):
        driver: Any = connection.connection.driver_connection
        driver.execute(_TRACE.format(Literal(here)))


_TRACE: Final = SQL("SET LOCAL michi.trace = {}")


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


def _begins(_connection: Any, record: Any) -> None:
    record.info["began"] = time.monotonic()


def _in_utc(connection: Any, _record: Any) -> None:
    """A pooler keeps it in mind for each of its clients, being told by the server."""
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = False


def _goes_to_rest(connection: Any, record: Any) -> None:
    """What was lent while its pool was given up is closed, for nobody takes it from there; what
    could not be begun anew has nothing to close."""
    record.info["rests_since"] = time.monotonic()
    if record.info.get("began", math.inf) <= _left_at:
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
