"""Statements past the ORM, for the few that run with every event of every resident; and the one
family of errors that all of the database's trouble is: SQLAlchemyError, whoever met it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composed
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from store.metrics import ERRORS

ONLY_READS: Final = "25006"
"""A server that has been another's standby since it was asked before, or is not yet promoted."""
AWAY: Final = frozenset({"08", ONLY_READS, "40", "53", "55P03", "57"})
"""What passes by itself, by SQLSTATE or its class: a connection lost, a standby being promoted, a
deadlock, no room for one more connection, a lock not had, a server going down or coming up."""
_NAMED: Final = re.compile(r"(?<![:\w]):([a-z_]+)")
_NAMES_A_VALUE: Final = "22"
"""The class of errors whose very first line quotes what somebody gave."""


class Rows(list[tuple[Any, ...]]):
    """What a statement gave, all of it; `rowcount`: how many rows it gave or changed."""

    def __init__(self, rows: Iterable[tuple[Any, ...]], rowcount: int) -> None:
        super().__init__(rows)
        self.rowcount = rowcount

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first."""
        return self[0] if self else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All."""
        return self


def run(db: Session, statement: str, **values: Any) -> Rows:
    """One statement inside `db`'s transaction, straight to the driver: a quarter of the CPU.

    The statement names its values as %(name)s. Raises SQLAlchemyError.
    """
    return execute(db.info.get("cursor") or _driver(db).cursor(), statement, values)


def execute(
    cursor: psycopg.Cursor[tuple[Any, ...]],
    statement: str,
    values: Mapping[str, Any] | Sequence[Any],
) -> Rows:
    """The same by a cursor. Raises SQLAlchemyError."""
    try:
        cursor.execute(statement, values)
        gave_rows = cursor.rownumber is not None
        return Rows(cursor.fetchall() if gave_rows else (), cursor.rowcount)
    except psycopg.Error as wrong:
        raise translated(wrong, statement) from wrong


def keep_cursor(db: Session) -> None:
    """Of a session that has one connection for good: all that it will `run` goes by one cursor."""
    db.info["cursor"] = _driver(db).cursor()


def _driver(db: Session) -> Any:
    return db.connection().connection.driver_connection


def run_together(
    db: Session, statements: Sequence[str], **values: Any
) -> list[list[tuple[Any, ...]]]:
    """As `run`, several that need nothing of each other, in one round trip; the rows of each."""
    connection = _driver(db)
    with one_family(), connection.pipeline():
        done = [connection.execute(statement, values) for statement in statements]
        return [each.fetchall() for each in done]


@contextmanager
def stream(db: Session, query: Composed) -> Iterator[Iterator[tuple[str | None, ...]]]:
    """The rows of a query whose columns are all text, by COPY, as many as there are: never all of
    them in memory. Whoever leaves the block early leaves the rest. Raises SQLAlchemyError."""
    copied = SQL("COPY ({}) TO STDOUT").format(query)
    with one_family(), _driver(db).cursor() as cursor, cursor.copy(copied) as copy:
        yield copy.rows()


@lru_cache(maxsize=512)
def named(statement: str) -> str:
    """A statement that names its values :name, as `run` wants it."""
    return _NAMED.sub(r"%(\1)s", statement)


@contextmanager
def one_family(statement: str | None = None) -> Iterator[None]:
    """Within the block the driver's own errors leave as SQLAlchemyError."""
    try:
        yield
    except psycopg.Error as wrong:
        raise translated(wrong, statement) from wrong


def translated(error: psycopg.Error, statement: str | None = None) -> DBAPIError:
    """The error as SQLAlchemy would have raised it, without anybody's values."""
    leave_values_out(error)
    ERRORS.count("database", error.sqlstate or type(error).__name__)
    made = DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True)
    assert isinstance(made, DBAPIError)
    return made


def leave_values_out(error: psycopg.Error) -> None:
    """What the error says of itself from now on; its DETAIL quotes the row that was refused."""
    said = str(error).partition("\n")[0]
    error.args = (error.sqlstate if _class_of(error) == _NAMES_A_VALUE else said,)


def is_passing(error: BaseException) -> bool:
    """Whether a person can wait for it; anything else is a fault of ours."""
    origin = _origin(error)
    if (state := getattr(origin, "sqlstate", None)) is not None:
        return state in AWAY or state[:2] in AWAY
    return isinstance(origin, psycopg.OperationalError | TimeoutError)


def kind_of(error: BaseException) -> str:
    """For the log: the SQLSTATE, or the error's name where the server has said nothing."""
    origin = _origin(error)
    return getattr(origin, "sqlstate", None) or type(origin).__name__


def _origin(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _class_of(error: psycopg.Error) -> str:
    return (error.sqlstate or "")[:2]
