"""Bringing a database to the schema of this code; several processes may ask at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from migrations.grants import grant
from settings import ROOT, settings
from store.database import NOTICES, direct, engine
from store.origin import AS_OURS
from store.sql import kind_of

TRIES: Final = 10
BETWEEN_TRIES_SECONDS: Final = 2.0
LOOK_AGAIN_SECONDS: Final = 0.5
_TAKE: Final = text(f"SELECT pg_try_advisory_lock({0x6D696368})")
_LEAVE: Final = text(f"SELECT pg_advisory_unlock({0x6D696368})")
_LOCK_NOT_HAD: Final = ("55P03", "40P01")
"""In time, or because somebody else waited for us as well."""


class TableInUse(SystemExit):
    """Somebody reads or writes a table for so long that it cannot be changed; nothing is half done.

    `code` holds a sentence in Japanese and in English.
    """

    def __init__(self) -> None:
        super().__init__(
            "✗ 表が長く使われていて、変更できませんでした。長い読み書き(pg_dump など)が"
            "終わってから、もう一度 michi migrate を実行してください。"
            " / A table is in use for so long that it cannot be changed. Run michi migrate again"
            " once what reads or writes for long (such as pg_dump) has ended."
        )


def config() -> Config:
    """Alembic's configuration; the address of the database comes from the environment."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return made


def migrate() -> None:
    """Run what is missing. The PostGIS extension is made where the role may make it.

    Raises TableInUse.
    """
    with one_at_a_time():
        for _ in range(TRIES):
            if _is_done():
                break
            time.sleep(BETWEEN_TRIES_SECONDS)
        else:
            raise TableInUse
        if settings().database_owner_url:
            _grant()


@contextmanager
def owned() -> Iterator[Engine]:
    """Connections of the role that owns the tables: the application's own, unless
    DATABASE_OWNER_URL names another. None goes through a pooler: what is locked stays so."""
    url = settings().database_owner_url
    if not url:
        with direct() as made:
            yield made
        return
    how = {
        "fallback_application_name": NOTICES["fallback_application_name"],
        "options": AS_OURS,
    }
    made = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=how)
    try:
        yield made
    finally:
        made.dispose()


def _grant() -> None:
    with engine().connect() as application:
        role = application.scalar(text("SELECT current_user"))
    with owned() as owner, owner.begin() as connection:
        grant(connection, str(role))


def _is_done() -> bool:
    """False when a table that is to be changed could not be had in time."""
    try:
        command.upgrade(config(), "head")
    except OperationalError as wrong:
        if kind_of(wrong) not in _LOCK_NOT_HAD:
            raise
        return False
    return True


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Asked for again and again, in no transaction: an index that is made beside running processes
    waits for the end of every statement and transaction, so that both would wait for ever."""
    with owned() as owner, owner.connect() as lock:
        lock.execution_options(isolation_level="AUTOCOMMIT")
        while not lock.scalar(_TAKE):
            time.sleep(LOOK_AGAIN_SECONDS)
        try:
            yield
        finally:
            lock.execute(_LEAVE)
