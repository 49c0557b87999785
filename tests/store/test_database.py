"""The database behind its connections may become another one."""

import ast
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.testclient import TestClient

from settings import ROOT, settings
from store import sql
from store.database import at_once, burst, engine, listening, transaction

ELSEWHERE = {"cli", "local", "bench", "tests"}
"""Who waits for a person, or connects to a server of its own."""
INSERT = "INSERT INTO unsent_messages (person, line_message_id) VALUES (%s, 'x')"


@pytest.fixture
def standby(database_url: str) -> Iterator[Callable[[bool], None]]:
    """`standby(True)`: connections that begin from now on may only read; `standby(False)`: those
    may write, and the others still may not."""
    database = SQL("ALTER DATABASE {} ").format(Identifier(str(engine().url.database)))
    with psycopg.connect(settings().database_url, autocommit=True) as outside:

        def set_to(only_reads: bool) -> None:
            how = "SET default_transaction_read_only = on" if only_reads else "RESET ALL"
            outside.execute(database + SQL(how))

        yield set_to
        set_to(False)
    engine().dispose()


def by_a_session() -> None:
    with transaction() as db:
        db.execute(text("DELETE FROM unsent_messages"))


def past_the_orm() -> None:
    with transaction() as db:
        sql.run(db, "DELETE FROM unsent_messages")


def in_a_burst() -> None:
    with burst() as each, each() as db:
        sql.run(db, "DELETE FROM unsent_messages")


def by_the_webhooks_door() -> None:
    at_once(INSERT, "somebody")


@pytest.mark.parametrize("write", [by_a_session, past_the_orm, in_a_burst, by_the_webhooks_door])
def test_who_may_only_read_is_asked_no_more_when_another_may_write(
    standby: Callable[[bool], None], write: Callable[[], None]
) -> None:
    """After a failover the pool would keep to the old server, which answers every ping."""
    standby(True)
    engine().dispose()
    kept = [engine().connect() for _ in range(3)]
    for connection in kept:
        connection.close()
    standby(False)
    with pytest.raises(SQLAlchemyError) as refused:
        write()
    assert sql.kind_of(refused.value) == "25006"
    for each in (by_a_session, past_the_orm, in_a_burst, by_the_webhooks_door):
        each()


@pytest.fixture
def only_read(standby: Callable[[bool], None]) -> None:
    """Before the client's threads have a connection in hand: nobody would close that one."""
    standby(True)
    engine().dispose()


def test_a_process_whose_database_may_only_be_read_is_not_ready(
    standby: Callable[[bool], None], only_read: None, client: TestClient
) -> None:
    near = TestClient(client.app, client=("127.0.0.1", 50_000))
    answer = near.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    standby(False)
    answers = [client.get("/readyz").status_code for _ in range(2)]
    assert answers[-1] == 200  # the first may meet what was connected before


def test_a_connection_that_was_lent_while_its_pool_was_given_up_is_closed(
    database_url: str,
) -> None:
    lent = engine().connect()
    wire = lent.connection.driver_connection
    engine().dispose()
    lent.close()
    assert isinstance(wire, psycopg.Connection)
    assert wire.closed


def test_a_connection_that_cannot_be_begun_anew_is_the_databases_trouble(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine().dispose()
    with engine().connect() as lent:
        lent.invalidate()

    def away(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(psycopg, "connect", away)
    for _ in range(2):
        with pytest.raises(SQLAlchemyError) as refused:
            engine().connect()
        assert sql.is_passing(refused.value)


def test_past_a_pooler_what_is_of_a_connection_lasts(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind it a connection is another one in the next transaction: nothing is prepared there."""
    monkeypatch.setenv("DATABASE_DIRECT_URL", f"{database_url}&application_name=direct")
    settings.cache_clear()
    engine().dispose()
    engine.cache_clear()
    with transaction() as db:
        wire = db.connection().connection.driver_connection
        assert isinstance(wire, psycopg.Connection)
        assert wire.prepare_threshold is None
        assert sql.run(db, "SHOW timezone") == [("UTC",)]
        assert sql.run(db, "SHOW michi.app") == [("on",)]
        (mine,) = sql.run(db, "SELECT current_setting('application_name')")[0]
    with burst(keeps=True) as each:
        with each() as db:
            sql.run(db, "CREATE TEMP TABLE kept ON COMMIT PRESERVE ROWS AS SELECT 1 AS one")
        with each() as db:
            asked = "SELECT one, current_setting('application_name') FROM kept"
            assert sql.run(db, asked) == [(1, "direct")]
            assert sql.run(db, "SHOW timezone") == [("UTC",)]
            assert sql.run(db, "SHOW michi.app") == [("on",)]
    with listening("words") as heard:
        assert heard.info.parameter_status("application_name") == "direct"
    assert mine != "direct"
    engine().dispose()
    engine.cache_clear()


def test_every_connection_notices_that_its_server_is_gone_without_a_word() -> None:
    """The system itself would wait a quarter of an hour for what no machine answers any more."""
    calls = {
        f"{file.relative_to(ROOT)}:{call.lineno}": {
            word.value.id for word in call.keywords if isinstance(word.value, ast.Name)
        }
        for file in ROOT.glob("[a-z]*/**/*.py")
        if file.relative_to(ROOT).parts[0] not in ELSEWHERE and file.name != "recovered.py"
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "psycopg.connect"
    }
    assert len(calls) > 5
    assert [where for where, words in calls.items() if "NOTICES" not in words] == []
