"""The audit log is only added to; and whoever changes it all the same is found out."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError
from townsfolk import rows, value

from local.machine.servers.postgres import APPLICATION, for_application
from migrations.grants import grant
from reports.audit import entries, retention, seal
from reports.audit.chain import End, Link, hash_of
from reports.audit.kinds import Kind
from reports.audit.verify import Fault, verify
from store.database import engine, transaction

BY_FORCE = "SET LOCAL session_replication_role = replica; "
"""As a superuser may, who has thought of the triggers."""


@pytest.fixture
def chain(database_url: str) -> list[int]:
    """Five sealed rows after those of the city; their ids."""
    with transaction() as db:
        for number in range(5):
            entries.write(db, Kind.LOOK, "ticket", f"ticket:{number}", by=7, new={"n": number})
    sealed()
    return [row.id for row in rows("SELECT id FROM audit ORDER BY id DESC LIMIT 5")][::-1]


def sealed() -> None:
    with transaction() as db:
        while seal.seal(db):
            pass


def faults(expected: End | None = None) -> list[Fault]:
    with transaction() as db:
        return list(verify(db, expected).faults)


def place_of(id: int) -> int:
    return int(value(f"SELECT seq FROM audit_seals WHERE id = {id}"))


def test_a_chain_as_it_was_written_is_whole(chain: list[int]) -> None:
    with transaction() as db:
        found = verify(db)
        assert (found.faults, found.waiting) == ((), 0)
        assert seal.head(db) == found.end
    assert found.rows == value("SELECT count(*) FROM audit")


def test_a_hash_can_be_reckoned_by_hand() -> None:
    link = Link("1", "9", "0", "look", "ticket", "", None, "", "10.0.0.5", None, '{"n": 1}')
    told = b'1:1,1:9,1:0,4:look,6:ticket,0:,-0:,8:10.0.0.5,-8:{"n": 1},'
    import hashlib

    assert hash_of(bytes(32), link) == hashlib.sha256(bytes(32) + told).digest()


def test_a_changed_row_and_removed_ones_are_named(chain: list[int]) -> None:
    with transaction() as db:
        kept = seal.head(db)
    one, two, three = chain[1], chain[2], chain[4]
    rows(f"{BY_FORCE}UPDATE audit SET user_id = 8 WHERE id = {one}")
    rows(f"{BY_FORCE}DELETE FROM audit WHERE id = {two}")
    assert faults() == [
        Fault("changed", place_of(one), one), Fault("removed", place_of(two), two),
    ]  # fmt: skip
    newest = place_of(three)
    rows(f"{BY_FORCE}DELETE FROM audit WHERE id = {three}")
    rows(f"{BY_FORCE}DELETE FROM audit_seals WHERE id IN ({two}, {three})")
    assert Fault("seal removed", newest - 2) in faults()
    assert Fault("newest removed", newest) in faults()
    # and where the head was set back with an older copy of it, only what was kept elsewhere tells
    rows("UPDATE audit_head SET seq = s.seq, hash = s.hash FROM audit_seals s"
         f" WHERE s.id = {chain[3]}")  # fmt: skip
    assert Fault("head unsigned", newest - 1) in faults()
    assert Fault("newest removed", newest) in faults(kept)


def test_rows_come_to_the_chain_once_though_two_seal_and_many_write(database_url: str) -> None:
    def write() -> None:
        for number in range(20):
            with transaction() as db:
                entries.write(db, Kind.LOOK, "ticket", new={"n": number})
            sealed()

    threads = [threading.Thread(target=write) for _ in range(4)]
    with transaction() as slow:
        entries.write(slow, Kind.LOOK, "ticket")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert value("SELECT count(*) FROM audit") == value("SELECT count(*) FROM audit_seals")
    sealed()
    assert faults() == []
    assert value("SELECT count(*) FROM audit") == value("SELECT max(seq) FROM audit_seals")


@pytest.mark.parametrize(
    "attempt",
    ["UPDATE audit SET what = ''", "DELETE FROM audit", "TRUNCATE audit",
     "UPDATE audit_seals SET hash = ''", "DELETE FROM audit_stones", "TRUNCATE audit_seals"],
)  # fmt: skip
def test_even_the_owner_of_the_tables_changes_nothing(chain: list[int], attempt: str) -> None:
    with transaction() as db:
        db.connection().exec_driver_sql("INSERT INTO audit_stones VALUES (0, '', 0, now(), '')")
    with pytest.raises(ProgrammingError, match="only added to"):
        rows(attempt)


@pytest.mark.changes_the_schema
def test_the_applications_role_can_only_add(database_url: str) -> None:
    with engine().begin() as owner:
        grant(owner, APPLICATION)
    application = psycopg.connect(for_application(database_url), autocommit=True)
    with application:
        application.execute("INSERT INTO audit (kind, what, via) VALUES ('look', 'ticket', '')")
        application.execute("UPDATE departments SET phone = '1' WHERE key = 'road'")
        for attempt in (
            "UPDATE audit SET what = ''",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "DELETE FROM audit_seals",
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
            "DROP FUNCTION audit_guard() CASCADE",
            "SELECT audit_forget(now(), 100)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(attempt)
    last = rows("SELECT what, via FROM audit ORDER BY id DESC LIMIT 1")[0]
    assert tuple(last) == ("departments changed", f"db:{APPLICATION}")


def test_what_is_older_than_the_years_goes_and_a_stone_holds_the_chain(chain: list[int]) -> None:
    later = datetime.now(UTC) + timedelta(days=366 * 5)
    with transaction() as db:
        assert retention.forget(db, datetime.now(UTC)) == 0
    with pytest.raises(ProgrammingError, match="a year at least"), transaction() as db:
        retention.forget(db, later)
    rows(f"{BY_FORCE}UPDATE audit SET at = at - interval '6 years' WHERE id < {chain[3]}")
    with transaction() as db:
        gone = retention.forget(db, datetime.now(UTC))
    assert gone == value("SELECT gone FROM audit_stones")
    assert rows("SELECT id FROM audit ORDER BY id")[0].id == chain[3]
    assert faults() == []
    rows(f"{BY_FORCE}DELETE FROM audit_stones")
    assert faults()[0].wrong == "begin removed"
