"""Lines of history in the database: who signed them, how they are found, what goes with people."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session
from townsfolk import file, resident

from reports.people.accounts import create_user, known_as
from reports.people.models import User
from reports.people.permissions import RESIDENT, Actor, Role
from reports.tickets import events, history, queries
from reports.tickets.event_json import read
from reports.tickets.history_models import History
from reports.tickets.status import Status


@pytest.fixture
def ticket(db: Session) -> int:
    return file(db, resident(db))


@pytest.fixture
def report(db: Session, ticket: int) -> int:
    found = db.scalar(text("SELECT id FROM reports WHERE ticket_id = :id"), {"id": ticket})
    assert isinstance(found, int)
    return found


def sato(db: Session) -> Actor:
    create_user(db, name="sato", shown_name="佐藤 恵", password="long enough for it", role="staff")
    known = known_as(db, "sato")
    assert known
    return Actor(Role.STAFF, known.shown_name, known.id)


def last(db: Session) -> Any:
    db.expire_all()
    return db.scalars(select(History).order_by(History.id.desc()).limit(1)).one()


def test_a_line_is_signed_by_id_and_keeps_the_name_of_then(db: Session, ticket: int) -> None:
    by = sato(db)
    history.write(db, ticket, by, events.Asked(note="どちら側ですか。"))
    db.execute(text("UPDATE users SET shown_name = '鈴木 恵'"))
    page = queries.ticket(db, id=ticket)
    assert page
    line = page.history[-1]
    assert (line.actor, line.actor_name, line.actor_id) == ("staff", "佐藤 恵", by.user_id)


def test_a_line_outlives_the_account_that_signed_it(db: Session, ticket: int) -> None:
    history.write(db, ticket, sato(db), events.Asked())
    db.execute(delete(User))
    assert (last(db).actor_name, last(db).actor_id) == ("佐藤 恵", None)


def test_residents_and_michi_itself_sign_without_an_id(db: Session, ticket: int) -> None:
    for by, role in ((RESIDENT, "resident"), (None, "michi")):
        history.write(db, ticket, by, events.Confirmed())
        assert (last(db).actor, last(db).actor_name, last(db).actor_id) == (role, "", None)


def test_a_process_of_the_version_before_still_writes_its_lines(db: Session, ticket: int) -> None:
    line = "INSERT INTO history (ticket_id, actor, what) VALUES (:id, 'staff', 'asked')"
    db.execute(text(line), {"id": ticket})
    assert (last(db).actor_id, read(last(db))) == (None, events.Asked())


def test_status_and_note_come_out_of_the_event(db: Session, ticket: int) -> None:
    moved = events.Moved(None, Status.FIXED, note="直しました")
    history.write(db, ticket, None, moved)
    assert (last(db).what, last(db).to_status, last(db).note) == ("moved", "fixed", "直しました")
    assert last(db).details == {}


def test_what_happened_of_a_kind_is_told_newest_first(db: Session, ticket: int) -> None:
    for stars in (1, 2, 3):
        history.write(db, ticket, RESIDENT, events.Rated(stars))
    assert [one.stars for one in history.told(db, ticket, events.Rated)] == [3, 2, 1]
    assert history.told(db, ticket, events.Rated, most=1) == [events.Rated(3)]
    assert history.told(db, ticket, events.Relocated) == []


def test_a_line_that_does_not_read_hides_none_that_does(db: Session, ticket: int) -> None:
    put_off = events.PutOff(3, date(2026, 11, 25))
    for _ in range(2):
        history.write(db, ticket, None, put_off)
    last(db).details = {"days": 3, "deadline": "soon"}
    assert history.told(db, ticket, events.PutOff, most=1) == [put_off]


def test_lines_are_found_by_their_report_session_and_place(
    db: Session, ticket: int, report: int
) -> None:
    came = events.Added(report, "s", place=(139.5, 35.7), place_message_id="901")
    history.write(db, ticket, RESIDENT, came)
    history.write(db, ticket, RESIDENT, events.Answered(report, "t", question={}))
    assert [line.what for line in history.lines_of_report(db, report)] == ["added", "answered"]
    assert [read(line) for line in history.lines_of_session(db, ticket, "s")] == [came]
    assert history.lines_of_session(db, ticket + 1, "s") == []
    assert history.reports_with_place(db, [report], "901") == [report]
    assert history.reports_with_place(db, [report + 1], "901") == []


def test_what_is_personal_leaves_the_lines_of_a_report(
    db: Session, ticket: int, report: int
) -> None:
    theirs: dict[str, Any] = {"session": "s", "remark_ids": (1,), "place": (139.5, 35.7)}
    question = {"ticket_id": ticket, "history_id": 1, "at": "2026-11-21T12:03:00+00:00"}
    history.write(
        db, ticket, RESIDENT,
        events.Answered(report, photo_ids=(7,), **theirs, question=question, note="右側です"),
    )  # fmt: skip
    history.write(db, ticket, RESIDENT, events.Answered(report + 1, **theirs, note="左側です"))
    history.make_nobodys(db, [report])
    db.expire_all()
    mine, others = history.told(db, ticket, events.Answered)[::-1]
    assert mine == events.Answered(report, photo_ids=(7,), question=question)
    assert others.note == "左側です"


def test_the_lines_of_a_report_are_found_through_their_index(db: Session) -> None:
    db.execute(text("SET LOCAL enable_seqscan = off"))
    plan = db.scalars(text(f"EXPLAIN SELECT 1 FROM history WHERE {history._OF_REPORT} = 1"))
    assert "ix_history_report" in "\n".join(plan)
