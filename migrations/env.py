"""Alembic's door: each migration runs in a transaction of its own against DATABASE_URL."""

from typing import Any, Final

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, event

import migrations.tables
from migrations.schema import owned
from store.base import Base

WAITS_FOR_A_TABLE: Final = "SET LOCAL lock_timeout = '3s'"
"""Whoever comes after us waits for the table as well. Outside a transaction, where an index is made
without keeping anybody waiting, it says nothing."""


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, match: Any) -> bool:
    if kind == "table" and reflected and match is None and name not in Base.metadata.tables:
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, match)


def _begins(connection: Connection) -> None:
    connection.exec_driver_sql(WAITS_FOR_A_TABLE)


with owned() as owner, owner.connect() as connection:
    event.listen(connection, "begin", _begins)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_ours,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
