"""One PostGIS database, and the two doors through which everything is written to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from settings import settings
from store import tasks


@lru_cache(maxsize=1)
def engine() -> Engine:
    """This process's pool of connections; a forked child must call `forget_engine()` first."""
    return create_engine(
        settings().database_url,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )


def forget_engine() -> None:
    """Drop the parent's connections after a fork, without closing them for the parent."""
    engine().dispose(close=False)
    engine.cache_clear()


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits when the block ends well; tasks written in it are handed over then."""
    with Session(engine(), expire_on_commit=False) as db:
        with db.begin():
            yield db
        tasks.hand_over(tasks.written_in(db))


def request_session() -> Iterator[Session]:
    """FastAPI's door: `Depends(request_session, scope="function")` commits before the answer."""
    with transaction() as db:
        yield db


def wake(db: Session, channel: str) -> None:
    """Tell every process that listens on `channel`, when and only when this transaction commits."""
    db.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})


@contextmanager
def listening(channel: str) -> Iterator[psycopg.Connection]:
    """A connection of its own for `wake()`; wait with `connection.notifies(timeout=…)`."""
    url = settings().database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield connection
