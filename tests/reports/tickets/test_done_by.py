"""What each person did, counted from the history and from what crews told."""

from datetime import timedelta

from townsfolk import rows, value
from web_scene import PASSWORD, filed

from reports.actions.move import move
from reports.city.clock import now
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from reports.tickets.done_by import Work, work
from reports.tickets.status import Status
from store.database import transaction


def test_it_is_counted_by_person_within_a_time(database_url: str) -> None:
    one, other = filed(), filed()
    begin = now()
    with transaction() as db:
        for name in ("busy", "idle"):
            create_user(db, name=name, shown_name=name, password=PASSWORD, role=Role.STAFF)
    busy, idle = (value("SELECT id FROM users WHERE name = :n", n=n) for n in ("busy", "idle"))
    me = Actor(Role.STAFF, "伊藤 学", user_id=busy)
    with transaction() as db:
        move(db, one.id, Status.MADE_SAFE, me)
        move(db, one.id, Status.FIXED, me)
        move(db, other.id, Status.DECLINED, me, note="道路ではありません")
    rows(
        "INSERT INTO works (ticket_id, history_id, by_id, outcome, minutes)"
        " SELECT ticket_id, id, actor_id, 'done', 20 FROM history"
        " WHERE actor_id = :busy AND ticket_id = :one RETURNING id",
        busy=busy, one=one.id,
    )  # fmt: skip
    end = now() + timedelta(seconds=1)
    with transaction() as db:
        assert work(db, begin, end) == [Work(busy, "伊藤 学", 2, 0, 3, 1, 40)]
        assert work(db, begin, end, idle) == []
        assert work(db, end, end + timedelta(days=1)) == []
