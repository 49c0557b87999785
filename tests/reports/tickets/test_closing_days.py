"""Deadlines when the city closes on more days: later, never earlier, those of open tickets only."""

import itertools
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import STAFF, file, resident

from reports.actions.move import move
from reports.actions.route import route
from reports.tickets import closing_days
from reports.tickets.lock import locked
from reports.tickets.models import Ticket
from reports.tickets.status import Status

_people = itertools.count()
FRIDAY, MONDAY = date(2026, 12, 25), date(2026, 12, 28)


def given(db: Session, days: int, deadline: date, long_overdue_on: date) -> Ticket:
    """Received on Thursday, 24 December 2026."""
    ticket_id = file(db, resident(db, f"U{next(_people):032}"))
    route(db, ticket_id)
    ticket = locked(db, ticket_id)
    ticket.due_from, ticket.deadline_days = date(2026, 12, 24), days
    ticket.deadline, ticket.long_overdue_on = deadline, long_overdue_on
    db.flush()
    return ticket


def told(db: Session, ticket: Ticket) -> list[tuple[int, str]]:
    lines = text("""
        SELECT (details ->> 'days')::int, details ->> 'deadline' FROM history
        WHERE ticket_id = :id AND what = 'put_off' AND details ->> 'city_closed' = 'true'
    """)
    return [(row[0], row[1]) for row in db.execute(lines, {"id": ticket.id})]


def test_a_deadline_after_a_new_closing_day_is_later_and_one_before_is_not(db: Session) -> None:
    early = given(db, 1, FRIDAY, FRIDAY)
    late = given(db, 3, date(2027, 1, 4), date(2027, 1, 13))
    on_it = given(db, 2, MONDAY, date(2027, 1, 7))
    closed = given(db, 3, date(2027, 1, 4), date(2027, 1, 13))
    move(db, closed.id, Status.DECLINED, STAFF, note="市の道ではありません")
    found = closing_days.later(db, [], [MONDAY])
    assert {(one.id, one.deadline) for one in found} == {
        (late.id, date(2027, 1, 5)), (on_it.id, date(2027, 1, 4)),
    }  # fmt: skip
    assert closing_days.move(db, [], [MONDAY]) == 2
    db.expire_all()
    assert (early.deadline, closed.deadline) == (FRIDAY, date(2027, 1, 4))
    assert (late.deadline, late.long_overdue_on) == (date(2027, 1, 5), date(2027, 1, 14))
    assert told(db, late) == [(1, "2027-01-05")]
    assert told(db, early) == []


def test_only_days_on_which_the_city_would_have_worked_count(db: Session) -> None:
    ticket = given(db, 3, date(2027, 1, 4), date(2027, 1, 13))
    assert closing_days.later(db, [], [date(2026, 12, 27), date(2026, 12, 30)]) == []
    assert closing_days.move(db, [MONDAY], [MONDAY, date(2027, 1, 3)]) == 0
    assert closing_days.move(db, [MONDAY], []) == 0
    db.expire_all()
    assert ticket.deadline == date(2027, 1, 4)


def test_two_days_at_once_and_the_day_of_receipt_count_as_one_each(db: Session) -> None:
    ticket = given(db, 1, FRIDAY, date(2027, 1, 4))
    assert closing_days.move(db, [], [date(2026, 12, 24), FRIDAY]) == 1
    db.expire_all()
    assert ticket.deadline == date(2027, 1, 4)
