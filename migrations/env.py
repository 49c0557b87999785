"""Alembic's door: migrations run in one transaction against DATABASE_URL."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

import migrations.tables
from store.base import Base
from store.database import engine


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, match: Any) -> bool:
    if kind == "table" and reflected and match is None and name not in Base.metadata.tables:
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, match)


with engine().connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=_ours,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
