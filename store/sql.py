"""Statements past the ORM, for the few that run with every event of every resident."""

from typing import Any

import psycopg
from sqlalchemy.orm import Session


def run(db: Session, statement: str, **values: Any) -> psycopg.Cursor[tuple[Any, ...]]:
    """One statement inside `db`'s transaction, straight to the driver: a quarter of the CPU.

    The statement names its values as %(name)s. Raises psycopg.Error.
    """
    connection: Any = db.connection().connection.driver_connection
    done: psycopg.Cursor[tuple[Any, ...]] = connection.execute(statement, values)
    return done
