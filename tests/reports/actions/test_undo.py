"""What is taken back is as it had been, and nothing of what somebody else did meanwhile."""

import pytest
from sqlalchemy import text
from townsfolk import STAFF, file, resident, rows, value

from geo.points import Point
from reports.actions import bulk_runs
from reports.actions.bulk import Act, AssignEach, MoveEach, PutInCharge, SetDeadline
from reports.actions.move import move
from reports.actions.route import route
from reports.city.clock import today
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction
from workers import bulk

pytestmark = pytest.mark.usefixtures("database_url")
KEPT = """
    SELECT status, department_id, assignee_id, deadline, deadline_days, due_from, long_overdue_on,
           paused_at, silent_since FROM tickets
"""
ON_TODO = Point(139.5078, 35.7014)


@pytest.fixture
def me(database_url: str) -> Actor:
    with transaction() as db:
        create_user(db, name="sato", shown_name="佐藤", password="a long password", role="staff")
    return Actor(Role.STAFF, "佐藤", int(value("SELECT id FROM users")))


def ticket(*, at: Point | None = None, routed: bool = True) -> int:
    with transaction() as db:
        ticket_id = file(db, resident(db, "U" + "1" * 32), **({"at": at} if at else {}))
        if routed:
            route(db, ticket_id)
    return ticket_id


def run(me: Actor, ticket_id: int, act: Act) -> int:
    with transaction() as db:
        run_id = bulk_runs.choose(db, [ticket_id], me)
        bulk_runs.wish(db, run_id, act)
        assert bulk_runs.begin(db, run_id)
    return run_id


def done(me: Actor, ticket_id: int, act: Act) -> int:
    run_id = run(me, ticket_id, act)
    assert not bulk_runs.go_on(run_id, lambda: False)
    return run_id


def undone(me: Actor, run_id: int) -> None:
    with transaction() as db:
        undo_id = bulk_runs.undo_run(db, run_id, me)
        assert undo_id is not None
        assert bulk_runs.begin(db, undo_id)
    bulk_runs.go_on(undo_id, lambda: False)


def test_where_there_was_no_deadline_there_is_none_again(me: Actor) -> None:
    ticket_id = ticket(routed=False)
    before = rows(KEPT)
    promised = today().replace(year=today().year + 1)
    undone(me, done(me, ticket_id, SetDeadline(day=promised, note="部品待ち")))
    assert rows(KEPT) == before


def test_what_an_authority_had_is_forwarded_again(me: Actor) -> None:
    ticket_id = ticket(at=ON_TODO)
    with transaction() as db:
        move(db, ticket_id, Status.FORWARDED, STAFF, note="東京都へ連絡しました。")
    before = rows(KEPT)
    run_id = done(me, ticket_id, AssignEach(department="road", note="市道でした"))
    assert value("SELECT status FROM tickets") == "received"
    undone(me, run_id)
    assert rows(KEPT) == before


def test_what_begins_is_what_was_shown(me: Actor) -> None:
    with transaction() as db:
        run_id = bulk_runs.choose(db, [ticket()], me)
        bulk_runs.wish(db, run_id, PutInCharge(user_id=me.user_id))
        assert not bulk_runs.begin(db, run_id, "the seal of another")


def test_who_works_here_no_more_goes_on_with_nothing(me: Actor) -> None:
    run_id = run(me, ticket(), MoveEach(to=Status.SCHEDULED))
    rows("UPDATE users SET disabled = true")
    assert not bulk_runs.go_on(run_id, lambda: False)
    with transaction() as db:
        found = bulk_runs.run_of(db, run_id)
        ((_, why),) = bulk_runs.refused(db, run_id)
    assert found is not None
    assert (found.state, found.wrong) == ("done", 1)
    assert "権限" in why
    assert value("SELECT status FROM tickets") == "received"


def test_what_cannot_be_done_at_all_is_left_out_at_last(me: Actor) -> None:
    run_id = run(me, ticket(), MoveEach(to=Status.SCHEDULED))
    with transaction() as db:
        db.execute(text('UPDATE bulk_runs SET act = \'{"kind": "of a newer version"}\''))
    with pytest.raises(ValueError, match="kind"):
        bulk_runs.go_on(run_id, lambda: False)
    with transaction() as db:
        bulk.given_up(run_id)(db)
    assert value("SELECT state FROM bulk_runs") == "done"
