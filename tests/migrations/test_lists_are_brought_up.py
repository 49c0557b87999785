"""What lists show is right for tickets from before, and for those written in the meantime."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from alembic import command
from counted_anew import amiss
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, ICHIRO, STAFF, file, resident, rows, value

from migrations.schema import config, migrate
from reports.actions.follow import follow
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.photos import intake
from reports.tickets.status import Status
from store.database import engine, transaction

pytestmark = [pytest.mark.changes_the_schema, pytest.mark.usefixtures("database_url")]

KEPT = "SELECT follower_count, cover_id, is_withdrawn FROM tickets ORDER BY id"
PHOTOS = """
    INSERT INTO photos (state, report_id)
    SELECT s, r.id FROM reports r, unnest(ARRAY['waiting', 'stored', 'stored']) s
"""
OF_THE_CITY = """
    SELECT part, CASE part WHEN 'categories' THEN jsonb_array_length(facts) END, from_file
    FROM city_versions ORDER BY part
"""
BRINGS_UP = "now.followers"


@pytest.fixture
def street(database_url: str) -> None:
    """Four tickets: two followers; withdrawn; merged into the last. Each with a photo on its way
    and two stored."""
    with transaction() as db:
        ids = [resident(db, who) for who in (HARUKA, ALEX, ICHIRO)]
        tickets = [file(db, who) for who in (*ids, ids[0])]
        rows_of_photos = db.execute(text(PHOTOS)).rowcount
        assert rows_of_photos == 12
        follow(db, tickets[0], ids[1])
        withdraw(db, tickets[1], ids[1])
        into = db.scalar(text("SELECT number FROM tickets WHERE id = :id"), {"id": tickets[3]})
        merge(db, tickets[2], str(into), STAFF)


@pytest.mark.long
@pytest.mark.usefixtures("street")
def test_tickets_from_before_are_brought_up_and_down_and_up_again() -> None:
    kept = rows(KEPT)
    assert [(many, gone) for many, _, gone in kept] == [(2, False), (1, True), (1, False), (2, 0)]
    for _ in range(2):
        command.downgrade(config(), "0014")
        migrate()
        assert rows(KEPT) == kept
        assert amiss() == []
        of_city = [("categories", 11, True), ("facts", None, True)]
        of_city += [("materials", None, True), ("templates", None, True)]
        assert rows(OF_THE_CITY) == of_city
    command.check(config())


@pytest.mark.long
@pytest.mark.usefixtures("street")
def test_who_is_cut_off_begins_anew() -> None:
    kept = rows(KEPT)
    rows("UPDATE tickets SET follower_count = 7, cover_id = NULL, is_withdrawn = false")
    command.downgrade(config(), "0015")
    rows("UPDATE alembic_version SET version_num = '0014'")
    migrate()
    assert rows(KEPT) == kept


@pytest.mark.long
@pytest.mark.usefixtures("street")
def test_tickets_are_written_by_the_version_before_once_the_columns_are_there() -> None:
    command.downgrade(config(), "0014")
    with before_it_is_brought_up(lambda: rows(BY_SQL)):
        migrate()
    assert value("SELECT count(*) FROM tickets") == 5
    assert value("SELECT max(follower_count) FROM tickets") == 3
    assert amiss() == []


@pytest.mark.long
@pytest.mark.usefixtures("street")
@pytest.mark.parametrize("what", ["follow", "keep", "reopen", "withdraw"])
def test_who_holds_a_ticket_while_it_is_brought_up_is_not_forgotten(what: str) -> None:
    """Before, it was counted with eyes from before they let go."""
    tickets = [row.id for row in rows("SELECT id FROM tickets ORDER BY id")]
    people = [row.id for row in rows("SELECT id FROM residents ORDER BY id")]
    rows("DELETE FROM followers WHERE ticket_id = :t AND resident_id <> :r",
         t=tickets[3], r=people[0])  # fmt: skip
    photo = value("SELECT min(id) FROM photos")
    acts: dict[str, Callable[[Session], object]] = {
        "follow": lambda db: follow(db, tickets[0], people[2]),
        "keep": lambda db: intake.keep(db, photo, {"state": "stored"}),
        "reopen": lambda db: move(db, tickets[1], Status.REOPENED, STAFF),
        "withdraw": lambda db: withdraw(db, tickets[3], people[0]),
    }
    command.downgrade(config(), "0014")
    # as the code of today expects
    rows("ALTER TABLE tickets ADD COLUMN unread_since timestamptz, ADD COLUMN assignee_id integer")
    marks = ("words_gone_at", "originals_gone_at", "exif_gone_at")
    rows(f"ALTER TABLE tickets {', '.join(f'ADD COLUMN {one} timestamptz' for one in marks)}")
    rows("ALTER TABLE reports ADD COLUMN channel varchar NOT NULL DEFAULT 'line'")
    rows("CREATE TABLE callers (report_id bigint, call_back boolean, due_since timestamptz)")
    holds = Event()

    def writes() -> None:
        with transaction() as db:
            acts[what](db)
            holds.set()
            until_somebody_waits()

    with ThreadPoolExecutor(1) as other:
        writing: list[Future[None]] = []

        def begins() -> None:
            writing.append(other.submit(writes))
            assert holds.wait(20)

        with before_it_is_brought_up(begins):
            migrate()
        writing[0].result()
    assert amiss() == []


BY_SQL = """
    WITH ticket AS (
        INSERT INTO tickets (number, category, place)
        SELECT '999-999-999', category, place FROM tickets LIMIT 1 RETURNING id
    ), report AS (
        INSERT INTO reports (ticket_id, draft_key, category, place_source)
        SELECT id, 'by sql', 'pothole', 'line' FROM ticket RETURNING id
    ), photo AS (
        INSERT INTO photos (state, report_id) SELECT 'stored', id FROM report
    ), lost AS (
        UPDATE photos SET state = 'removed' WHERE id = (SELECT min(id) + 1 FROM photos)
    )
    INSERT INTO followers (ticket_id, resident_id)
    SELECT (SELECT min(id) FROM tickets), max(id) FROM residents
    UNION ALL SELECT id, (SELECT max(id) FROM residents) FROM ticket
"""


@contextmanager
def before_it_is_brought_up(act: Callable[[], object]) -> Iterator[None]:
    """The act happens once, right before the first statement that brings tickets up to date."""
    done: list[object] = []

    def listens(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if BRINGS_UP in statement and not done:
            done.append(True)
            act()

    event.listen(engine(), "before_cursor_execute", listens)
    yield
    event.remove(engine(), "before_cursor_execute", listens)
    assert done


def until_somebody_waits() -> None:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            pass
