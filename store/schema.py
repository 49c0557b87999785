"""Whether the database has the schema that this code was written for."""

from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from settings import ROOT
from store.database import transaction


class OldSchema(SystemExit):
    """A process on a schema older than its code ends, with status 1. `code` holds a sentence."""


@lru_cache(maxsize=1)
def needed() -> str:
    """The newest migration of this code, such as "0007": its file's name begins with it."""
    files = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


def version(db: Session) -> str:
    """The last migration of the database; "" where none has run."""
    if db.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return ""
    return db.scalar(text("SELECT max(version_num) FROM alembic_version")) or ""


def check() -> None:
    """A newer schema is fine: it grows while processes of the version before still run.

    Raises OldSchema, SQLAlchemyError.
    """
    with transaction() as db:
        there = version(db)
    if there < needed():
        raise OldSchema(
            f"✗ データベースが古い版のままです({there or '空'}、必要なもの: {needed()})。"
            "michi migrate を実行してから、もう一度始めてください。 / "
            f"The database's schema is {there or 'empty'} and this version needs {needed()}: "
            "run `michi migrate`, then start again."
        )
