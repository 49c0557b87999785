"""The tests' own ground: what one test wrote is gone before the next, or its writer is named."""

from collections.abc import Iterator

import kept_database
import psycopg
import pytest
from kept_database import NotLeftAsFound
from townsfolk import file, resident, rows, value

from store.database import transaction

pytestmark = pytest.mark.changes_the_schema


@pytest.fixture
def keeper(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def test_what_was_written_changed_and_deleted_is_as_it_was(keeper: psycopg.Connection) -> None:
    kept = kept_database.keep(keeper)
    before = rows("SELECT * FROM categories ORDER BY key"), rows("SELECT * FROM city")
    for _ in range(2):
        with transaction() as db:
            first = file(db, resident(db))
        rows("DELETE FROM categories WHERE key = 'drain'")
        rows("UPDATE city SET facts = '{}'")
        kept = kept_database.restore(keeper, kept)
        assert (rows("SELECT * FROM categories ORDER BY key"), rows("SELECT * FROM city")) == before
        assert value("SELECT count(*) FROM tickets") == 0
        assert first == 1


def test_what_was_left_alone_is_not_written_again(keeper: psycopg.Connection) -> None:
    kept = kept_database.keep(keeper)
    stamp = "SELECT min(xmin::text::bigint) FROM roads"
    before = value(stamp)
    with transaction() as db:
        resident(db)
    assert kept_database.restore(keeper, kept) == kept
    assert value(stamp) == before


def test_who_changes_the_schema_without_a_word_is_told(keeper: psycopg.Connection) -> None:
    kept = kept_database.keep(keeper)
    rows("ALTER TABLE photos ADD CONSTRAINT closed CHECK (false) NOT VALID")
    with pytest.raises(NotLeftAsFound, match="changes_the_schema"):
        kept_database.restore(keeper, kept)


def test_who_is_still_at_work_is_named(
    keeper: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_database.keep(keeper)
    monkeypatch.setattr(kept_database, "PATIENCE", 0.1)
    with transaction() as db:
        resident(db)
        with pytest.raises(NotLeftAsFound, match="INSERT INTO"):
            kept_database.restore(keeper, kept)
