"""What is due is told to each department once a day, however many clocks there are."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session
from townsfolk import HARUKA, HONCHO, file, resident, rows, value

from geo.points import Point
from reports.documents import digest
from reports.outbox.mail_texts import MOST_LISTED, Reader, Sender, of_the_day
from reports.tickets import queries
from reports.tickets.marks import Mark, mark_of
from reports.tickets.models import Ticket
from reports.tickets.status import Status
from reports.tickets.wanted import TicketFilter
from store.database import engine, transaction
from workers.clock import report_dues

THURSDAY = date(2026, 11, 19)
MORNING = datetime(2026, 11, 19, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
DAY = timedelta(days=1)


@pytest.fixture
def scene(database_url: str) -> None:
    """Tickets of 道路管理課 that are due today, overdue, long overdue, paused; one of nobody."""
    with transaction() as db:
        db.execute(text("UPDATE departments SET email = key || '@city.example' WHERE inside"))
        db.execute(text("UPDATE departments SET email = '' WHERE key = 'trees'"))
        who = resident(db)
        for facts in (
            {"deadline": THURSDAY},
            {"deadline": THURSDAY + DAY},
            {"deadline": THURSDAY - 2 * DAY, "long_overdue_on": THURSDAY + DAY},
            {"deadline": THURSDAY - 9 * DAY, "long_overdue_on": THURSDAY},
            {"deadline": THURSDAY - 9 * DAY, "paused_at": MORNING},
            {"deadline": THURSDAY, "status": Status.FIXED},
            {"deadline": THURSDAY, "department": "trees"},
            {"deadline": THURSDAY, "department": None},
            {"deadline": THURSDAY - DAY, "department": "tokyo_kitatama_south"},
        ):
            ticket(db, who, **facts)


def ticket(db: Session, who: int, department: str | None = "road", **facts: Any) -> int:
    ticket_id = file(db, who, at=Point(HONCHO.lon, HONCHO.lat))
    key = text("SELECT id FROM departments WHERE key = :key")
    facts["department_id"] = db.scalar(key, {"key": department})
    db.execute(update(Ticket).where(Ticket.id == ticket_id).values(**facts))
    return ticket_id


def mails() -> list[Any]:
    return rows(
        "SELECT d.key, m.* FROM mails m JOIN departments d ON d.id = department_id ORDER BY m.id"
    )


@pytest.mark.usefixtures("scene")
def test_a_department_reads_what_is_due_what_is_over_and_how_much_is_nobodys() -> None:
    report_dues(MORNING)
    (mail,) = mails()
    assert (mail.key, mail.kind, mail.day, mail.address) == (
        "road", "daily", THURSDAY, "road@city.example",
    )  # fmt: skip
    over = {mark: [line["days_over"] for line in mail.facts[mark]] for mark in digest.LISTED}
    assert over == {"due": [0], "overdue": [2], "long_overdue": [9]}
    assert (mail.facts["nobody"], mail.facts["paused"]) == (1, 1)
    (line,) = mail.facts["overdue"]
    assert line["category"] == "舗装の穴・段差"
    assert line["deadline"] == "2026-11-17"
    assert value("SELECT args FROM tasks WHERE name = 'send_mail'") == {"mail_id": mail.id}


@pytest.mark.usefixtures("scene")
def test_two_clocks_at_the_same_moment_send_it_once() -> None:
    begin = Barrier(2)

    def tick(_: int) -> None:
        begin.wait()
        report_dues(MORNING)

    with ThreadPoolExecutor(2) as clocks:
        list(clocks.map(tick, range(2)))
    assert len(mails()) == 1
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_mail'") == 1


@pytest.mark.usefixtures("scene")
def test_it_leaves_at_the_opening_hour_or_later_that_day_and_on_business_days_only() -> None:
    report_dues(MORNING - timedelta(minutes=1))
    report_dues(datetime(2026, 11, 23, 10, tzinfo=MORNING.tzinfo))  # 勤労感謝の日
    assert mails() == []
    report_dues(MORNING + timedelta(hours=6))
    report_dues(MORNING + timedelta(hours=7))
    assert len(mails()) == 1
    report_dues(MORNING + DAY)
    assert [mail.day for mail in mails()] == [THURSDAY, THURSDAY + DAY]


@pytest.mark.usefixtures("database_url")
def test_where_nothing_is_due_nothing_is_sent() -> None:
    rows("UPDATE departments SET email = 'road@city.example' WHERE key = 'road'")
    with transaction() as db:
        ticket(db, resident(db, HARUKA), deadline=THURSDAY + DAY)
    report_dues(MORNING)
    assert mails() == []


@pytest.mark.usefixtures("scene")
def test_the_lists_keep_what_the_marks_say() -> None:
    with transaction() as db:
        lines = queries.tickets(db, TicketFilter(statuses=None))
        marked = {
            line.id: mark_of(
                line.status,
                line.deadline,
                THURSDAY,
                long_overdue_on=line.long_overdue_on,
                paused=line.paused_at is not None,
            )
            for line in lines
        }
        for mark in Mark:
            also = {Mark.LONG_OVERDUE} if mark is Mark.OVERDUE else set()
            wanted = {id for id, its in marked.items() if its == mark or its in also}
            found = queries.tickets(db, TicketFilter(statuses=None, due=mark, due_on=THURSDAY))
            assert {line.id for line in found} == wanted != set(), mark
        assert queries.tickets(db, TicketFilter(statuses=[Status.FIXED], due=Mark.DUE)) == []


def many(count: int) -> None:
    """So many tickets of 道路管理課, all due today."""
    rows(
        "INSERT INTO tickets (number, category, place, department_id, deadline)"
        " SELECT 'n' || n, 'pothole', ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), d.id, :day"
        " FROM generate_series(1, :count) AS n, departments d WHERE d.key = 'road'",
        count=count, day=THURSDAY,
    )  # fmt: skip


@pytest.mark.usefixtures("database_url")
def test_however_many_are_due_all_are_counted_and_the_first_are_listed() -> None:
    rows("UPDATE departments SET email = 'road@city.example' WHERE key = 'road'")
    many(5_010)
    report_dues(MORNING)
    ((facts,),) = rows("SELECT facts FROM mails")
    letter = of_the_day(facts, THURSDAY, Reader("道路管理課", True), Sender("市", "1", "http://m"))
    assert letter.subject.endswith("今日まで 5010件")
    assert "■ 今日まで 5010件" in letter.body
    assert letter.body.count("舗装の穴・段差") == MOST_LISTED
    assert "ほか 4960件" in letter.body


@pytest.mark.usefixtures("scene")
def test_with_nobody_left_to_tell_no_list_is_made() -> None:
    report_dues(MORNING)
    asked: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    report_dues(MORNING + timedelta(minutes=1))
    assert not [statement for statement in asked if "t.*" in statement]
    assert len(asked) < 12
