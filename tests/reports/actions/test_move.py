"""Filing, routing and moving a ticket: the fact, its history and the words to say in one commit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from townsfolk import (
    ALEX,
    CREW,
    HARUKA,
    HONCHO,
    ICHIRO,
    STAFF,
    file,
    resident,
    rows,
    value,
)

from geo.points import Point
from reports.actions.file import NewReport, file_report
from reports.actions.move import move
from reports.actions.route import route
from reports.people.models import Resident
from reports.people.permissions import Actor, Role
from reports.stats import outside
from reports.tickets import followers, queries
from reports.tickets.lock import NoSuchTicket
from reports.tickets.models import Follower, Photo
from reports.tickets.numbers import number_in
from reports.tickets.status import OPEN, TOLD_BY_PUSH, MoveRefused, Status
from store.database import engine, transaction

TO_KOGANEI_KAIDO = Point(139.5078, 35.7014)
NOWHERE_NEAR_A_ROAD = Point(139.4700, 35.7500)
HISTORY = text(
    "SELECT actor, actor_name, what, from_status, to_status, note FROM history ORDER BY id"
)


def ticket(db: Session) -> Any:
    return db.execute(text("SELECT * FROM tickets ORDER BY id DESC LIMIT 1")).one()


def told(db: Session) -> list[tuple[str, str]]:
    found = db.execute(text("SELECT recipient, say -> 0 ->> 'say' FROM messages ORDER BY id"))
    return [(who, say) for who, say in found]


def test_a_report_becomes_a_ticket_with_its_place_its_follower_and_its_history(
    db: Session,
) -> None:
    haruka = resident(db)
    photo = Photo(resident_id=haruka)
    db.add(photo)
    db.flush()
    ticket_id = file(db, haruka, spoken="深い穴です", photo_ids=[photo.id])
    made = ticket(db)
    assert (made.id, made.status, made.category) == (ticket_id, "received", "pothole")
    assert number_in(made.number) == made.number
    lon, lat = db.execute(text("SELECT ST_X(place), ST_Y(place) FROM tickets")).one()
    assert (lon, lat) == (HONCHO.lon, HONCHO.lat)
    report = db.execute(
        text("SELECT place_source, resident_id, ST_X(place) AS lon FROM reports")
    ).one()
    assert report == ("line", haruka, HONCHO.lon)
    assert db.scalar(text("SELECT words FROM remarks")) == "深い穴です"
    assert db.scalar(text("SELECT report_id IS NOT NULL FROM photos")) is True
    assert followers.followers(db, ticket_id) == [HARUKA]
    assert list(db.execute(HISTORY)) == [("resident", "", "filed", None, "received", "")]
    assert queries.place_of(db, ticket_id) == HONCHO


def test_a_draft_that_is_filed_again_gives_the_same_ticket(db: Session) -> None:
    report = NewReport(resident(db), "k", "pothole", HONCHO, "line")
    assert file_report(db, report) == file_report(db, report)
    assert db.scalar(text("SELECT count(*) FROM tickets")) == 1


def test_filing_writes_the_routing_down_as_work_to_do(db: Session) -> None:
    ticket_id = file(db, resident(db))
    found = db.execute(text("SELECT name, args FROM tasks")).one()
    assert found == ("route_ticket", {"ticket_id": ticket_id})


ROUTED = [
    ("pothole", HONCHO, "rule", "city", "road"),
    ("tree", HONCHO, "rule", "city", "trees"),
    ("pothole", TO_KOGANEI_KAIDO, "rule", "prefecture", "tokyo_kitatama_south"),
    ("pothole", NOWHERE_NEAR_A_ROAD, "no_road", None, None),
]


def test_a_ticket_is_routed_by_its_road_with_a_department_a_deadline_and_why(db: Session) -> None:
    haruka = resident(db)
    for category, place, reason, owner, department in ROUTED:
        route(db, file(db, haruka, category=category, at=place))
        found = db.execute(
            text(
                "SELECT t.*, d.key FROM tickets t LEFT JOIN departments d ON d.id = department_id"
                " ORDER BY t.id DESC LIMIT 1"
            )
        ).one()
        assert (found.owner, found.key) == (owner, department), found.why
        assert found.why["reason"] == reason
        assert found.deadline > found.received_at.date()
        assert found.urgent == (category == "tree")
        assert found.routed_at
        line = db.execute(text("SELECT * FROM history ORDER BY id DESC LIMIT 1")).one()
        assert (line.actor, line.what, line.details) == ("michi", "routed", found.why)
    named = [name for (name,) in db.execute(text("SELECT place_name FROM tickets ORDER BY id"))]
    assert all(named[:3])


def test_what_waits_for_the_routing_leaves_with_it(db: Session) -> None:
    ticket_id = file(db, resident(db))
    db.execute(
        text(
            "INSERT INTO messages (recipient, say, due_at, waits_for) VALUES"
            " ('U', '[]', now() + interval '1 h', :this), ('U', '[]', now() + interval '1 h', 'x')"
        ),
        {"this": f"ticket:{ticket_id}"},
    )
    route(db, ticket_id)
    due = db.scalars(text("SELECT due_at <= now() FROM messages ORDER BY id"))
    assert list(due) == [True, False]


def test_routing_again_follows_a_changed_table(db: Session) -> None:
    ticket_id = file(db, resident(db))
    route(db, ticket_id)
    before = ticket(db)
    db.execute(text("UPDATE rule_tables SET rules = '[]'"))
    db.expire_all()
    route(db, ticket_id)
    after = ticket(db)
    assert (before.why["reason"], after.why["reason"]) == ("rule", "no_rule")
    assert after.department_id is None
    assert after.change > before.change


def test_a_ticket_that_is_not_there_is_neither_routed_nor_moved(db: Session) -> None:
    for missing in (0, -1, 404):
        with pytest.raises(NoSuchTicket):
            route(db, missing)
        with pytest.raises(NoSuchTicket):
            move(db, missing, Status.FIXED, STAFF)


def at_the_roads(db: Session) -> int:
    """A ticket of 道路管理課, whose crew may move it."""
    ticket_id = file(db, resident(db))
    road = "(SELECT id FROM departments WHERE key = 'road')"
    db.execute(text(f"UPDATE tickets SET department_id = {road} WHERE id = :id"), {"id": ticket_id})
    return ticket_id


def test_a_move_leaves_status_history_and_words_to_say(db: Session) -> None:
    ticket_id = at_the_roads(db)
    before = ticket(db)
    move(db, ticket_id, Status.SCHEDULED, CREW, note="  あした埋めます \n")
    after = ticket(db)
    assert (after.status, after.closed_at) == ("scheduled", None)
    assert after.change > before.change
    line = list(db.execute(HISTORY))[-1]
    assert line == ("crew", "道路作業班", "moved", "received", "scheduled", "あした埋めます")
    (say,) = db.scalars(text("SELECT say FROM messages"))
    history_id = db.scalar(text("SELECT max(id) FROM history"))
    assert say == [{"say": "moved", "ticket_id": ticket_id, "history_id": history_id}]


def test_a_closed_ticket_knows_since_when_and_an_open_one_does_not(db: Session) -> None:
    ticket_id = file(db, resident(db))
    closed = []
    moves = (Status.FIXED, Status.REOPENED, Status.DECLINED, Status.REOPENED, Status.MONITORING)
    for to in moves:
        move(db, ticket_id, to, STAFF, note="理由")
        closed.append(ticket(db).closed_at is not None)
    assert closed == [to not in OPEN for to in moves]


def test_a_refused_move_leaves_nothing(db: Session) -> None:
    ticket_id = at_the_roads(db)
    for to, who, note in (
        (Status.DECLINED, CREW, "理由"),
        (Status.DECLINED, STAFF, " "),
        (Status.RECEIVED, STAFF, ""),
        (Status.FIXED, Actor(Role.RESIDENT), ""),
    ):
        with pytest.raises(MoveRefused):
            move(db, ticket_id, to, who, note=note)
    assert ticket(db).status == "received"
    assert len(list(db.execute(HISTORY))) == 1
    assert told(db) == []


def test_followers_hear_once_of_what_the_city_pays_a_push_for(db: Session) -> None:
    haruka = resident(db)
    for to in set(Status) - {Status.RECEIVED, Status.MERGED}:
        ticket_id = file(db, haruka)
        if to is Status.REOPENED:
            move(db, ticket_id, Status.FIXED, STAFF)
        db.execute(text("DELETE FROM messages"))
        move(db, ticket_id, to, STAFF, note="理由")
        assert told(db) == ([(HARUKA, "moved")] if to in TOLD_BY_PUSH else []), to


def test_every_follower_hears_but_who_muted_it_and_who_blocked_us(db: Session) -> None:
    ticket_id = file(db, resident(db))
    people = [(ALEX, None, False), (ICHIRO, None, True), ("U" + "4" * 32, datetime.now(UTC), False)]
    for who, blocked_at, muted in people:
        follower = resident(db, who, "en", blocked_at=blocked_at)
        db.add(Follower(ticket_id=ticket_id, resident_id=follower, muted=muted))
    db.flush()
    move(db, ticket_id, Status.FIXED, STAFF)
    assert told(db) == [(HARUKA, "moved"), (ALEX, "moved")]
    assert db.scalar(text("SELECT count(*) FROM tasks WHERE name = 'send_messages'")) == 1


def test_without_followers_nothing_is_said(db: Session) -> None:
    ticket_id = file(db, resident(db))
    db.execute(text("DELETE FROM followers"))
    move(db, ticket_id, Status.FIXED, STAFF)
    assert told(db) == []
    assert db.scalar(text("SELECT count(*) FROM tasks WHERE name = 'send_messages'")) == 0


def test_the_crews_photos_belong_to_the_ticket_and_not_to_the_report(db: Session) -> None:
    ticket_id = at_the_roads(db)
    repaired = Photo(original="o")
    db.add(repaired)
    db.flush()
    move(db, ticket_id, Status.FIXED, CREW, photo_ids=[repaired.id])
    found = db.execute(text("SELECT ticket_id, report_id FROM photos")).one()
    assert found == (ticket_id, None)


@pytest.mark.usefixtures("database_url")
def test_status_history_and_words_of_a_move_are_one_commit() -> None:
    with transaction() as db:
        ticket_id = file(db, resident(db))
    commits: list[object] = []
    event.listen(engine(), "commit", commits.append)
    with transaction() as db:
        move(db, ticket_id, Status.FIXED, STAFF)
        assert rows("SELECT status FROM tickets") == [("received",)]
        assert value("SELECT count(*) FROM messages") == 0
        looks = len(commits)
    assert len(commits) == looks + 1
    assert rows("SELECT status FROM tickets") == [("fixed",)]
    assert value("SELECT count(*) FROM messages") == 1
    assert value("SELECT count(*) FROM history WHERE what = 'moved'") == 1


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("database_url")
def test_a_failed_commit_of_a_move_leaves_the_ticket_as_it_was() -> None:
    with transaction() as db:
        ticket_id = file(db, resident(db))
    rows("ALTER TABLE messages ADD CONSTRAINT trouble CHECK (recipient = '') NOT VALID")
    with pytest.raises(Exception, match="trouble"):
        move_in_its_own_transaction(ticket_id)
    assert rows("SELECT status FROM tickets") == [("received",)]
    assert value("SELECT count(*) FROM history") == 1
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_messages'") == 0


def move_in_its_own_transaction(ticket_id: int) -> None:
    with transaction() as db:
        move(db, ticket_id, Status.FIXED, STAFF)


def test_outside_is_counted_by_the_citys_day_and_the_neighbour(db: Session) -> None:
    evening = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    for moment, neighbour in (
        (evening, "国分寺市"),
        (evening - timedelta(hours=2), "国分寺市"),
        (evening, "国分寺市"),
        (evening, ""),
    ):
        outside.count_outside(db, moment, neighbour)
    counted = db.execute(text("SELECT day::text, neighbour, times FROM outside_counts"))
    assert sorted(counted) == [
        ("2026-11-20", "国分寺市", 1),
        ("2026-11-21", "", 1),
        ("2026-11-21", "国分寺市", 2),
    ]
    assert db.query(Resident).count() == 0


def test_late_in_the_evening_the_deadline_counts_from_the_citys_day(db: Session) -> None:
    ticket_id = file(db, resident(db), category="animal")
    db.execute(text("UPDATE tickets SET received_at = '2026-11-18T16:00Z'"))
    db.expire_all()
    route(db, ticket_id)
    assert str(ticket(db).deadline) == "2026-11-20"
