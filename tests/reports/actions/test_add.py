"""What a resident adds to a report stands on one line of history, and can be taken out again."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, HONCHO, STAFF, file, resident

from geo.points import Point
from reports.actions.add import Why, add, report_of, take_out
from reports.actions.ask import ask
from reports.actions.file import NewReport, join
from reports.actions.merge import merge
from reports.tickets.models import Photo

ELSEWHERE = Point(HONCHO.lon, HONCHO.lat + 0.0005)
LINES = text("SELECT what, note, details FROM history WHERE what IN ('added', 'answered')")


@pytest.fixture
def report(db: Session) -> int:
    """はるか's report, just filed."""
    ticket = file(db, resident(db))
    found = report_of(db, ticket, who(db))
    assert found
    return found


def who(db: Session, line_id: str = HARUKA) -> int:
    found: int = db.scalar(
        text("SELECT id FROM residents WHERE line_user_id = :id"), {"id": line_id}
    )
    return found


def ticket_of(db: Session, report: int) -> Any:
    return db.execute(
        text("SELECT t.* FROM tickets t JOIN reports r ON r.ticket_id = t.id WHERE r.id = :id"),
        {"id": report},
    ).one()


def photo(db: Session) -> int:
    made = Photo(resident_id=who(db), state="stored")
    db.add(made)
    db.flush()
    return made.id


def say(db: Session, report: int, spoken: str, why: Why = "add", session: str = "s") -> None:
    number = db.scalar(text("SELECT count(*) FROM remarks"))
    add(db, report, why, session, words=(f"m{number}", spoken))


def staff_ask(db: Session, report: int) -> Any:
    ask(db, ticket_of(db, report).id, STAFF, "どちら側ですか。")
    return question(db)


def question(db: Session) -> Any:
    db.expire_all()
    return db.scalar(text("SELECT question FROM residents WHERE id = :id"), {"id": who(db)})


def lines(db: Session) -> Sequence[Any]:
    return db.execute(LINES).all()


def test_what_comes_in_one_session_stands_on_one_line(db: Session, report: int) -> None:
    picture, before = photo(db), ticket_of(db, report).change
    add(db, report, "add", "s", photo_id=picture)
    say(db, report, "右側です")
    add(db, report, "add", "s", place=ELSEWHERE, place_message_id="901")
    ((what, note, details),) = lines(db)
    assert (what, note) == ("added", "")
    assert details["photo_ids"] == [picture]
    assert len(details["remark_ids"]) == 1
    assert details["place"] == [ELSEWHERE.lon, ELSEWHERE.lat]
    assert db.scalar(text("SELECT report_id FROM photos")) == report
    assert db.scalar(text("SELECT words FROM remarks")) == "右側です"
    assert ticket_of(db, report).change > before


def test_another_session_has_a_line_of_its_own(db: Session, report: int) -> None:
    for session in "ab":
        say(db, report, session, session=session)
    assert len(lines(db)) == 2


def test_urgent_words_make_the_ticket_urgent_and_others_leave_it_so(
    db: Session, report: int
) -> None:
    add(db, report, "add", "s", words=("m", "けが人"), urgent=True)
    say(db, report, "もう大丈夫です")
    assert ticket_of(db, report).urgent


def test_an_answer_is_read_by_staff_and_closes_the_question(db: Session, report: int) -> None:
    staff_ask(db, report)
    say(db, report, "右側です", "answer")
    say(db, report, "電柱のそばです", "answer")
    ((what, note, _),) = lines(db)
    assert (what, note) == ("answered", "右側です\n電柱のそばです")
    assert question(db) == {}
    assert ticket_of(db, report).asked_at is None


def test_what_is_taken_out_leaves_nothing_behind(db: Session, report: int) -> None:
    picture = photo(db)
    add(db, report, "add", "s", photo_id=picture)
    say(db, report, "右側です")
    take_out(db, report, "s")
    assert lines(db) == []
    assert db.scalar(text("SELECT report_id FROM photos")) is None
    assert db.scalar(text("SELECT count(*) FROM remarks")) == 0


def test_taking_out_one_session_leaves_the_others(db: Session, report: int) -> None:
    for session in "ab":
        say(db, report, session, session=session)
    take_out(db, report, "a")
    assert db.scalar(text("SELECT words FROM remarks")) == "b"
    assert len(lines(db)) == 1


def test_an_answer_that_was_none_opens_the_question_again(db: Session, report: int) -> None:
    asked = staff_ask(db, report)
    add(db, report, "answer", "s", photo_id=photo(db))
    say(db, report, "新しい穴です", "answer")
    take_out(db, report, "s")
    assert question(db) == asked
    assert ticket_of(db, report).asked_at is not None


def test_a_question_of_a_ticket_that_was_merged_is_opened_again_as_well(
    db: Session, report: int
) -> None:
    asked = staff_ask(db, report)
    into = file(db, resident(db, ALEX))
    number = db.scalar(text("SELECT number FROM tickets WHERE id = :id"), {"id": into})
    merge(db, ticket_of(db, report).id, number, STAFF)
    say(db, report, "新しい穴です", "answer")
    assert question(db) == {}
    take_out(db, report, "s")
    assert question(db) == asked


def test_the_report_that_is_added_to_is_the_newest_own_one_not_withdrawn(db: Session) -> None:
    haruka, alex = resident(db), resident(db, ALEX)
    ticket = file(db, haruka)
    again = NewReport(haruka, "again", "pothole", HONCHO, "line")
    join(db, ticket, again)
    first, second = db.scalars(text("SELECT id FROM reports ORDER BY id"))
    assert report_of(db, ticket, haruka) == second
    assert report_of(db, ticket, alex) is None
    db.execute(text("UPDATE reports SET withdrawn_at = now() WHERE id = :id"), {"id": second})
    assert report_of(db, ticket, haruka) == first
