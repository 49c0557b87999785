"""A run of many tickets while others work on them: each is done once, or said not to be."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from townsfolk import STAFF, file, resident, rows, value

from reports.actions import bulk_runs
from reports.actions.bulk import MoveEach
from reports.actions.merge import merge
from reports.actions.move import move
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from reports.privacy.erase import erase
from reports.tickets.status import Status
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
MANY = 12


def test_two_at_it_while_tickets_merge_move_and_lose_their_reporter() -> None:
    with transaction() as db:
        create_user(db, name="sato", shown_name="佐藤", password="a long password", role="staff")
        people = [resident(db, f"U{turn:032d}") for turn in range(MANY)]
        tickets = [file(db, who) for who in people]
    numbers = [str(row.number) for row in rows("SELECT number FROM tickets ORDER BY id")]
    me = Actor(Role.STAFF, "佐藤", int(value("SELECT id FROM users")))
    with transaction() as db:
        run_id = bulk_runs.choose(db, tickets, me)
        bulk_runs.wish(db, run_id, MoveEach(to=Status.INSPECTING, note="見に行きます"))
        assert bulk_runs.begin(db, run_id)

    def goes_on() -> None:
        while bulk_runs.go_on(run_id, lambda: False):
            pass

    def merges() -> None:
        with transaction() as db:
            merge(db, tickets[7], numbers[2], STAFF)

    def moves() -> None:
        with transaction() as db:
            move(db, tickets[9], Status.FIXED, STAFF)

    def leaves() -> None:
        with transaction() as db:
            erase(db, people[5])

    with ThreadPoolExecutor() as hands:
        for done in [hands.submit(one) for one in (goes_on, merges, goes_on, moves, leaves)]:
            done.result()
    with transaction() as db:
        run = bulk_runs.run_of(db, run_id)
    assert run is not None
    assert (run.state, run.done, run.total) == ("done", MANY, MANY)
    done_to = rows("SELECT ticket_id FROM history WHERE key = :key", key=f"bulk-{run_id}")
    wrong = rows("SELECT ticket_id FROM bulk_items WHERE wrong IS NOT NULL")
    assert len(done_to) + len(wrong) == MANY
    assert {row.ticket_id for row in done_to} | {row.ticket_id for row in wrong} == set(tickets)
    assert value("SELECT status FROM tickets WHERE id = :id", id=tickets[7]) == "merged"
    assert value("SELECT status FROM tickets WHERE id = :id", id=tickets[9]) == "fixed"
