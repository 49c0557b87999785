"""A connection of the doctor's own to the database: short of patience, and reading alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

Row = tuple[Any, ...]
PATIENCE_SECONDS: Final = 4


@contextmanager
def reading(url: str) -> Iterator[psycopg.Connection[Row]]:
    """Raises psycopg.Error."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(
        plain,
        connect_timeout=PATIENCE_SECONDS,
        autocommit=True,
        application_name="michi doctor",
    ) as connection:
        connection.execute("SET statement_timeout = '8s'")
        connection.execute("SET default_transaction_read_only = on")
        yield connection


def one(db: psycopg.Connection[Row], statement: str, *values: Any) -> Any:
    """The first value of the first row; None without one."""
    row = db.execute(statement, values or None).fetchone()
    return row[0] if row else None
