"""The schema goes up, down and up again, says what the models say, and has their indexes."""

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

import psycopg
import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import CheckConstraint, event, inspect, text
from sqlalchemy.exc import IntegrityError
from townsfolk import STAFF, file, resident, rows, value

from geo.points import Point
from geo.roads import _NEAR
from migrations import schema
from migrations.schema import config, migrate
from reports.actions.move import move
from reports.actions.route import route
from reports.routing import versions as rule_tables
from reports.tickets.indexes import STILL_OPEN
from reports.tickets.status import Status
from settings import settings
from store import sql
from store.backup.tools import find
from store.base import Base
from store.database import engine, transaction

GIST = {
    "ix_areas_shape", "ix_roads_line", "ix_roads_line_geography", "ix_tickets_place",
    "ix_tickets_open_place", "ix_reports_place",
}  # fmt: skip


@pytest.fixture
def empty_database(database_url: str) -> Iterator[str]:
    """A database with nothing in it, not even PostGIS; the settings point to it."""
    facts = psycopg.conninfo.conninfo_to_dict(database_url)
    name = f"michi_empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql://{facts['user']}@/{name}?host={facts['host']}"
    before = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = url
    point_elsewhere()
    yield url
    engine().dispose()
    os.environ["DATABASE_URL"] = before
    point_elsewhere()
    with psycopg.connect(before, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def point_elsewhere() -> None:
    """The settings and the pool are made anew from the environment."""
    engine().dispose()
    engine.cache_clear()
    settings.cache_clear()


def tables() -> set[str]:
    return set(inspect(engine()).get_table_names())


def indexes() -> dict[str, str]:
    with transaction() as db:
        found = db.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        )
        return {row.indexname: row.indexdef for row in found}


@pytest.mark.usefixtures("empty_database")
def test_the_schema_goes_up_down_and_up_again_on_a_fresh_database() -> None:
    ours = set(Base.metadata.tables)
    migrate()
    assert ours <= tables()
    command.check(config())
    command.downgrade(config(), "base")
    assert tables() - {"spatial_ref_sys", "alembic_version"} == set()
    migrate()
    assert ours <= tables()
    command.check(config())


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_a_change_that_was_not_migrated_is_noticed() -> None:
    with transaction() as db:
        db.execute(text("ALTER TABLE tickets DROP COLUMN routed_at"))
    with pytest.raises(CommandError, match=r"add_column.*routed_at"):
        command.check(config())


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_back_in_the_time_of_plain_rules_no_line_decides_for_more_than_it_did() -> None:
    with transaction() as db:
        lines = rule_tables.live_rules(db).lines
        ticket_id = file(db, resident(db), at=Point(139.5078, 35.7014))
        route(db, ticket_id)
        move(db, ticket_id, Status.FORWARDED, STAFF, note="都道です")
    command.downgrade(config(), "0003")
    with transaction() as db:
        kept = db.execute(text("SELECT position FROM rules ORDER BY position")).scalars().all()
        letters = "SELECT count(*) FROM tasks WHERE name = 'send_mail'"
        assert db.execute(text(letters)).scalar_one() == 0
    plain = [line for line in lines if line.department and line.urgent is line.hours is None]
    assert kept == [line.order for line in plain] != [line.order for line in lines]
    migrate()
    with transaction() as db:
        since = "SELECT silent_since IS NOT NULL AND paused_at IS NOT NULL FROM tickets"
        assert db.execute(text(since)).scalar_one()
        assert [rule.order for rule in rule_tables.live_rules(db).lines] == kept


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_a_long_reader_holds_up_the_upgrade_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_a_ticket_of_0005()
    monkeypatch.setattr(schema, "TRIES", 2)
    monkeypatch.setattr(schema, "BETWEEN_TRIES_SECONDS", 0.1)
    with transaction() as reader, ThreadPoolExecutor(1) as hand:
        reader.execute(text("SELECT count(*) FROM history"))
        upgrade = hand.submit(migrate)
        until_somebody_waits_for("history")
        assert file_in_time()
        with pytest.raises(schema.TableInUse, match="michi migrate"):
            upgrade.result()
    migrate()
    command.check(config())
    assert value("SELECT count(*) FROM history WHERE key IS NULL AND actor_id IS NULL") > 1


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_people_write_while_an_index_is_made() -> None:
    """Its making waits for everybody who reads anything; nobody waits for it."""
    with_a_ticket_of_0005()
    command.upgrade(config(), "0006")
    with engine().connect() as reader, ThreadPoolExecutor(1) as hand:
        reader.execution_options(isolation_level="REPEATABLE READ")
        reader.execute(text("SELECT count(*) FROM areas"))
        upgrade = hand.submit(migrate)
        until("SELECT 1 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for %'")
        assert file_in_time()
        reader.rollback()
        upgrade.result()
    command.check(config())


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_people_write_while_the_desks_columns_are_checked_and_indexed() -> None:
    with_a_ticket_of_0005()
    command.upgrade(config(), "0019")
    done: list[str] = []

    def writes(_c: object, _u: object, statement: str, *_: object) -> None:
        if "VALIDATE" in statement or "CONCURRENTLY IF EXISTS" in statement:
            with transaction() as db:
                db.execute(text("SET LOCAL lock_timeout = '2s'"))
                db.execute(text("UPDATE tickets SET urgent = urgent"))
                db.execute(text("UPDATE reports SET category = category"))
            done.append(statement)

    event.listen(engine(), "before_cursor_execute", writes)
    try:
        for _ in range(2):  # who is cut off begins anew
            command.upgrade(config(), "0020")
            rows("UPDATE alembic_version SET version_num = '0019'")
    finally:
        event.remove(engine(), "before_cursor_execute", writes)
    assert len(done) == 8
    migrate()
    command.check(config())


@pytest.mark.long
@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_an_index_whose_making_was_cut_off_is_made_anew() -> None:
    with_a_ticket_of_0005()
    command.upgrade(config(), "0006")
    assert file_in_time()
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as cut_off:
        cut_off.execute(text("ALTER TABLE history ADD key varchar"))
        cut_off.execute(text("UPDATE history SET key = 'twice', ticket_id = 1"))
        with pytest.raises(IntegrityError):
            cut_off.execute(text(KEY_INDEX))
        cut_off.execute(text("UPDATE history SET key = NULL"))
    assert value(IS_VALID) is False
    migrate()
    assert value(IS_VALID) is True
    command.check(config())


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_two_processes_upgrade_at_once() -> None:
    with_a_ticket_of_0005()
    with ThreadPoolExecutor(2) as hands:
        for upgrade in [hands.submit(migrate) for _ in range(2)]:
            upgrade.result(60)
    command.check(config())


KEY_INDEX = "CREATE UNIQUE INDEX CONCURRENTLY ix_history_key ON history (ticket_id, key)"
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_history_key'::regclass"


def with_a_ticket_of_0005() -> None:
    with transaction() as db:
        file(db, resident(db), at=Point(139.5078, 35.7014))
    command.downgrade(config(), "0005")


def file_in_time() -> bool:
    """A line of history is written while the schema changes; psycopg.Error after five seconds."""
    with transaction() as db:
        db.execute(text("SET LOCAL lock_timeout = '5s'"))
        db.execute(
            text(
                "INSERT INTO history (ticket_id, actor, what, at)"
                " SELECT ticket_id, actor, what, at FROM history LIMIT 1"
            )
        )
    return True


def until_somebody_waits_for(table: str) -> None:
    until(f"SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass")


def until(what: str) -> None:
    """Waits for the first row of this query."""
    end = time.monotonic() + 20
    while not rows(what):
        assert time.monotonic() < end, what
        time.sleep(0.02)


@pytest.mark.usefixtures("database_url")
def test_migrating_twice_changes_nothing() -> None:
    migrate()
    command.check(config())


@pytest.mark.usefixtures("database_url")
def test_a_plain_dump_can_be_put_back(database_url: str, empty_database: str) -> None:
    """Its search path names no schema; so what is called while rows come back has to."""
    with psycopg.connect(database_url) as connection:
        major = connection.info.server_version // 10_000
    dump = subprocess.run([find("pg_dump", major), database_url], stdout=PIPE, check=True).stdout
    put_back = [find("psql", major), "--quiet", "--set=ON_ERROR_STOP=1", empty_database]
    subprocess.run(put_back, input=dump, stdout=PIPE, check=True)
    triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    with psycopg.connect(database_url) as one, psycopg.connect(empty_database) as other:
        assert one.execute(triggers).fetchone() == other.execute(triggers).fetchone()


def test_every_index_of_the_models_is_there() -> None:
    wanted = {str(index.name) for table in Base.metadata.tables.values() for index in table.indexes}
    assert len(wanted) > 15
    assert wanted - set(indexes()) == set()


@pytest.mark.usefixtures("database_url")
def test_what_is_checked_has_the_name_that_the_models_give_it() -> None:
    ours = {
        str(one.name)
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }
    theirs = rows("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck\\_%'")
    assert {row.conname for row in theirs} == ours


@pytest.mark.usefixtures("database_url")
def test_every_table_may_be_published_to_another_server() -> None:
    """Where one is that tells its rows apart by nothing, whoever deletes from it is refused."""
    unnamed = rows(
        "SELECT relname FROM pg_class c WHERE relkind = 'r' AND relreplident = 'd'"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)"
    )
    assert unnamed == []


@pytest.mark.usefixtures("database_url")
def test_what_is_looked_for_on_the_map_has_a_gist_index() -> None:
    gist = {name for name, how in indexes().items() if "USING gist" in how}
    assert gist >= GIST
    assert "geography" in indexes()["ix_roads_line_geography"]
    assert "WHERE" in indexes()["ix_tickets_open_place"]


@pytest.mark.usefixtures("database_url")
def test_a_queue_of_open_tickets_is_read_from_its_partial_index() -> None:
    with transaction() as db:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        for other in indexes():
            if other.startswith("ix_tickets_") and other != "ix_tickets_queue":
                db.execute(text(f"DROP INDEX {other}"))  # as good where hardly a ticket is
        plan = db.execute(
            text(
                f"EXPLAIN SELECT 1 FROM tickets WHERE {STILL_OPEN}"
                " AND department_id = 1 AND status = 'received' ORDER BY deadline"
            )
        )
        assert "ix_tickets_queue" in "\n".join(plan.scalars())
        db.rollback()


@pytest.mark.usefixtures("database_url")
def test_near_roads_are_found_through_their_index() -> None:
    with transaction() as db:
        db.execute(text("SET LOCAL enable_seqscan = off"))
        facts = {"lon": 139.5, "lat": 35.7, "around": 150.0, "tolerance": 60.0}
        plan = [line for (line,) in sql.run(db, f"EXPLAIN {_NEAR}", **facts)]
        assert "\n".join(plan).count("ix_roads_line_geography") == 2


@pytest.mark.usefixtures("database_url")
def test_places_are_kept_in_4326_and_times_with_their_zone() -> None:
    with transaction() as db:
        zoneless = db.scalars(
            text(
                "SELECT table_name || '.' || column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
            )
        )
        assert list(zoneless) == []
        srids = db.scalars(text("SELECT DISTINCT srid FROM geometry_columns"))
        assert list(srids) == [4326]
