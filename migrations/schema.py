"""Bringing a database to the schema of this code; several processes may ask at once."""

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from settings import ROOT
from store.database import engine

_ONE_AT_A_TIME = 0x6D696368


def config() -> Config:
    """Alembic's configuration; the address of the database comes from the environment."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return made


def migrate() -> None:
    """Run what is missing. The PostGIS extension is made where the role may make it."""
    with engine().connect() as lock:
        lock.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        command.upgrade(config(), "head")
