"""A ticket's deadline as it is kept: what pauses it, what it costs, and when it begins again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from townsfolk import ALEX, HARUKA, STAFF, file, resident

from geo.points import Point
from reports.actions.add import add, report_of, take_out
from reports.actions.ask import ANSWER_WITHIN, ask, wait_no_longer
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.route import route
from reports.actions.set_deadline import set_deadline
from reports.city import clock, profile
from reports.city.calendar import business_days_between, is_business_day
from reports.people.models import Resident
from reports.privacy.erase import erase
from reports.routing import versions
from reports.routing.models import RuleTable
from reports.tickets import deadline, events, history
from reports.tickets.history_models import History
from reports.tickets.models import Ticket
from reports.tickets.status import Status

ON_A_PREFECTURES_ROAD = Point(139.5078, 35.7014)
TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YEAR = "2026-12-24 10:00"
"""A Thursday; the three days of a pothole are the 25th, the 28th and January 4th."""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=TOKYO)


def routed(db: Session, *, received: str = NEW_YEAR, who: str = HARUKA, **how: Any) -> Ticket:
    """A ticket of 道路管理課, or of whoever has the place, received then."""
    ticket_id = file(db, resident(db, who), **how)
    ticket = db.get_one(Ticket, ticket_id)
    ticket.received_at = at(received)
    route(db, ticket_id)
    return ticket


def waits(db: Session, ticket: Ticket, begun: str, ended: str) -> None:
    """It is settled, twice each time, as an answer is waited for and as it has come."""
    for asked_at, now in ((at(begun), at(begun)), (None, at(ended))):
        ticket.asked_at = asked_at
        deadline.settle(db, ticket, now)
        deadline.settle(db, ticket, now + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("how", "last_day", "long_from"),
    [
        ({}, date(2027, 1, 4), date(2027, 1, 13)),
        ({"received": "2026-12-24 17:16"}, date(2027, 1, 5), date(2027, 1, 14)),
        ({"received": "2026-12-28 20:00"}, date(2027, 1, 7), date(2027, 1, 18)),
        ({"category": "debris"}, date(2026, 12, 25), date(2027, 1, 4)),
    ],
)
def test_a_deadline_is_counted_from_receipt_within_office_hours(
    db: Session, how: dict[str, str], last_day: date, long_from: date
) -> None:
    ticket = routed(db, **how)
    assert (ticket.deadline, ticket.long_overdue_on) == (last_day, long_from)


def test_what_is_urgent_is_due_sooner_and_a_rule_may_say_otherwise(db: Session) -> None:
    ticket = routed(db)
    db.execute(text("UPDATE reports SET urgent = true"))
    route(db, ticket.id)
    assert ticket.deadline == date(2026, 12, 25)
    rules = [rule.to_json() | {"deadline_days": 2} for rule in versions.live_rules(db).lines]
    db.execute(update(RuleTable).where(RuleTable.state == "live").values(rules=rules))
    route(db, ticket.id)
    assert ticket.deadline == date(2026, 12, 28)


def test_what_turns_out_to_be_urgent_is_decided_again(db: Session) -> None:
    ticket = routed(db)
    report_id = report_of(db, ticket.id, db.scalars(select(Resident.id)).one())
    assert report_id
    db.execute(text("DELETE FROM tasks"))
    for _ in range(2):
        add(db, report_id, "add", "s", words=None, urgent=True)
    waiting = db.execute(text("SELECT name, args FROM tasks")).all()
    assert waiting == [("route_ticket", {"ticket_id": ticket.id})]
    route(db, ticket.id)
    assert ticket.urgent
    assert ticket.deadline == date(2026, 12, 25)


def test_the_citys_own_closing_days_move_a_deadline(db: Session) -> None:
    closed = text("""UPDATE city SET facts = facts || '{"extra_holidays": ["2026-12-28"]}'""")
    db.execute(closed)
    assert routed(db).deadline == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("pauses", "last_day", "paused_days"),
    [
        ([], date(2027, 1, 4), 0),
        ([("2026-12-24 11:00", "2026-12-24 17:00")], date(2027, 1, 4), 0),
        ([("2026-12-25 11:00", "2027-01-05 09:00")], date(2027, 1, 7), 3),  # the turn of the year
        ([("2026-12-26 11:00", "2026-12-27 09:00")], date(2027, 1, 4), 0),  # a weekend
        ([("2026-12-29 09:00", "2027-01-03 09:00")], date(2027, 1, 4), 0),
        (
            [("2026-12-24 11:00", "2026-12-25 09:00"), ("2026-12-28 11:00", "2027-01-04 09:00")],
            date(2027, 1, 6),
            2,
        ),
        ([("2027-01-08 09:00", "2027-01-12 09:00")], date(2027, 1, 5), 1),  # overdue before
    ],
)
def test_a_pause_puts_the_deadline_off_by_its_business_days(
    db: Session, pauses: list[tuple[str, str]], last_day: date, paused_days: int
) -> None:
    ticket = routed(db)
    for begun, ended in pauses:
        waits(db, ticket, begun, ended)
    assert (ticket.deadline, ticket.paused_days) == (last_day, paused_days)
    assert ticket.paused_at is None
    route(db, ticket.id)
    assert ticket.deadline == last_day
    told = [line.details for line in db.query(History).filter_by(what="put_off")]
    assert sum(line["days"] for line in told) == paused_days


def test_a_pause_before_the_count_begins_costs_nothing(db: Session) -> None:
    ticket = routed(db, received="2026-11-20 18:00")
    waits(db, ticket, "2026-11-21 09:00", "2026-11-24 09:00")
    assert (ticket.due_from, ticket.deadline) == (date(2026, 11, 24), date(2026, 11, 27))


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400)).map(sorted), min_size=1, max_size=3
    )
)
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_pausing_never_makes_a_deadline_earlier(db: Session, pauses: list[list[int]]) -> None:
    begun = at("2026-04-20 09:00")
    with db.begin_nested() as attempt:
        ticket = routed(db, received="2026-04-20 09:00", who=f"U{pauses}"[:33])
        for hours in sorted(pauses):
            before = ticket.deadline, ticket.long_overdue_on
            stop, go = (begun + timedelta(hours=each) for each in hours)
            waits(db, ticket, stop.isoformat()[:16], go.isoformat()[:16])
            assert before[0]
            assert before[1]
            assert ticket.deadline
            assert ticket.long_overdue_on
            assert is_business_day(ticket.deadline)
            lasted = business_days_between(stop.date(), go.date())
            assert business_days_between(before[0], ticket.deadline) == lasted
            assert business_days_between(before[1], ticket.long_overdue_on) == lasted
        attempt.rollback()


def test_a_question_stops_the_deadline_and_its_answer_lets_it_go_on(db: Session) -> None:
    ticket = routed(db)
    ask(db, ticket.id, STAFF, "どちら側ですか。")
    assert ticket.paused_at
    report_id = report_of(db, ticket.id, db.scalars(select(Resident.id)).one())
    assert report_id
    add(db, report_id, "answer", "s", words=("m", "北側です"))
    assert ticket.paused_at is None
    take_out(db, report_id, "s")
    assert ticket.paused_at, "it was no answer"


def test_a_question_without_an_answer_stops_it_for_two_weeks_at_most(db: Session) -> None:
    ticket, other = routed(db), routed(db, who=ALEX)
    for one in (ticket, other):
        ask(db, one.id, STAFF, "どちら側ですか。")
    now = datetime.now(UTC)
    assert wait_no_longer(db, now) == 0
    ticket.asked_at = ticket.paused_at = now - ANSWER_WITHIN - timedelta(hours=1)
    db.flush()
    assert wait_no_longer(db, now) == 1
    db.refresh(ticket)
    assert ticket.asked_at is None
    assert ticket.paused_at is None
    assert other.paused_at


def test_a_question_to_somebody_who_is_erased_is_not_waited_for(db: Session) -> None:
    ticket = routed(db)
    ask(db, ticket.id, STAFF, "どちら側ですか。")
    erase(db, db.scalars(select(Resident.id)).one())
    assert ticket.paused_at is None


def test_a_ticket_of_another_authority_stands_still_from_the_beginning(db: Session) -> None:
    ticket = routed(db, at=ON_A_PREFECTURES_ROAD)
    assert ticket.paused_at
    assert ticket.deadline == date(2027, 1, 4)


@pytest.mark.parametrize("to", [Status.FORWARDED, Status.MONITORING])
def test_it_stands_still_while_others_act_or_it_is_only_watched(db: Session, to: Status) -> None:
    ticket = routed(db)
    move(db, ticket.id, to, STAFF, note="理由")
    assert ticket.paused_at
    move(db, ticket.id, Status.IN_PROGRESS, STAFF)
    assert ticket.paused_at is None


def test_what_ends_waits_for_nobody(db: Session) -> None:
    ticket, other = routed(db), routed(db, who=ALEX)
    for one in (ticket, other):
        ask(db, one.id, STAFF, "どちら側ですか。")
    move(db, ticket.id, Status.FIXED, STAFF)
    ended = db.get_one(Ticket, file(db, ticket.id and resident(db, "U" + "9" * 32)))
    merge(db, other.id, ended.number, STAFF)
    assert (ticket.paused_at, other.paused_at) == (None, None)


def test_a_day_that_staff_have_set_stays_where_it_is_still_to_come(db: Session) -> None:
    ticket = routed(db, received="2026-11-02 10:00")
    day = clock.today() + timedelta(days=90)
    set_deadline(db, ticket.id, day, STAFF, "部品待ち")
    promised = ticket.deadline
    ticket.asked_at = clock.now()
    deadline.settle(db, ticket, clock.now() - timedelta(days=14))
    ticket.asked_at = None
    deadline.settle(db, ticket)  # and it is still the one that staff have set, put off
    assert promised
    assert ticket.deadline
    assert ticket.deadline > promised
    later = ticket.deadline
    for _ in range(2):
        move(db, ticket.id, Status.FIXED, STAFF)
        move(db, ticket.id, Status.REOPENED, STAFF)
        assert ticket.deadline == later
    assert events_told(db, ticket) == [events.DueAgain(later, stays=True)] * 2


def test_a_day_that_staff_have_set_and_is_over_gives_way_to_the_rules_days(db: Session) -> None:
    ticket, other = routed(db), routed(db, who=ALEX)
    set_deadline(db, ticket.id, clock.today() + timedelta(days=90), STAFF, "部品待ち")
    move(db, ticket.id, Status.FIXED, STAFF)
    move(db, other.id, Status.FIXED, STAFF)
    past = clock.today() - timedelta(days=1)
    db.execute(
        text("UPDATE tickets SET deadline = :past WHERE id = :id"), {"past": past, "id": ticket.id}
    )
    line = history.newest(db, ticket.id, events.Promised)
    assert line
    history.rewrite(line, events.Promised(None, past))
    db.flush()
    db.expire_all()
    move(db, ticket.id, Status.REOPENED, STAFF)
    move(db, other.id, Status.REOPENED, STAFF)
    assert ticket.deadline == other.deadline
    assert ticket.deadline_days == other.deadline_days
    assert events_told(db, ticket) == [events.DueAgain(ticket.deadline)]
    assert events_told(db, other) == []


def events_told(db: Session, ticket: Ticket) -> list[events.DueAgain]:
    return history.told(db, ticket.id, events.DueAgain)


@pytest.mark.parametrize("end", [Status.FIXED, Status.DECLINED])
def test_a_reopened_ticket_is_due_as_if_it_had_been_reported_only_then(
    db: Session, end: Status
) -> None:
    ticket = routed(db)
    waits(db, ticket, "2026-12-25 11:00", "2027-01-05 09:00")
    move(db, ticket.id, end, STAFF, note="理由")
    assert ticket.deadline == date(2027, 1, 7)
    move(db, ticket.id, Status.REOPENED, STAFF)
    again = ticket.deadline
    assert ticket.due_from
    assert ticket.due_from >= clock.today()
    assert ticket.paused_days == 0
    route(db, ticket.id)
    assert ticket.deadline == again


def test_a_ticket_that_was_merged_by_mistake_has_been_waiting_since_its_receipt(
    db: Session,
) -> None:
    ticket, into = routed(db), routed(db, who=ALEX)
    merge(db, ticket.id, into.number, STAFF)
    move(db, ticket.id, Status.REOPENED, STAFF)
    assert ticket.deadline == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("moment", "in_hours"),
    [
        ("2026-11-20 08:29", False),
        ("2026-11-20 08:30", True),
        ("2026-11-20 17:15", False),
        ("2026-11-21 12:00", False),
    ],
)
def test_office_hours_are_the_citys_in_whatever_zone_a_moment_comes(
    moment: str, in_hours: bool
) -> None:
    facts = {"office_hours": {"opens": "08:30", "closes": "17:15"}}
    assert profile.in_hours(facts)(at(moment).astimezone(UTC)) is in_hours
