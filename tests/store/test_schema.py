"""A process knows the schema it was written for, and what stands in its database."""

import pytest
from alembic.script import ScriptDirectory
from townsfolk import rows

from migrations.schema import config
from store import schema
from store.database import transaction


def test_what_this_code_needs_is_alembics_head() -> None:
    assert schema.needed() == ScriptDirectory.from_config(config()).get_current_head()


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("there", [None, "0001", "0006"])
def test_an_older_schema_is_refused_in_a_sentence(there: str | None) -> None:
    rows("DELETE FROM alembic_version")
    if there:
        rows("INSERT INTO alembic_version VALUES (:there)", there=there)
    with pytest.raises(schema.OldSchema, match=f"{there or 'empty'} .*michi migrate"):
        schema.check()


@pytest.mark.usefixtures("database_url")
def test_a_newer_schema_is_fine() -> None:
    rows("UPDATE alembic_version SET version_num = '9999'")
    schema.check()


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_a_database_that_was_never_migrated_has_no_version() -> None:
    rows("DROP TABLE alembic_version")
    with transaction() as db:
        assert schema.version(db) == ""
