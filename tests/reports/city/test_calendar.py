"""Deadlines count the days on which a Japanese city hall works."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.city.calendar import (
    BusinessDays,
    OfficeHours,
    business_days_between,
    deadline,
    due_from,
    is_business_day,
    is_open,
    long_overdue_on,
)
from reports.tickets.marks import Mark, Pause, mark_of, pause_of
from reports.tickets.status import OPEN, Status

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CLOSED = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)


ABOUT_2026 = st.dates(date(2025, 12, 1), date(2027, 1, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 11, 24), True),
        (date(2026, 5, 3), False),  # 憲法記念日, a Sunday
        (date(2026, 5, 6), False),  # its substitute
        (date(2026, 5, 7), True),
        (date(2026, 9, 22), False),  # between two holidays: 国民の休日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 30), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2027, 1, 2), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2024, 1, 4), True),
    ],
)
def test_weekends_holidays_and_the_turn_of_the_year_do_not_count(day: date, works: bool) -> None:
    assert is_business_day(day) is works


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        (date(2026, 11, 17), 3, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # over a weekend and a Monday off
        (date(2026, 11, 21), 1, date(2026, 11, 25)),  # received on a Saturday, as if on Tuesday
        (date(2026, 11, 17), 0, date(2026, 11, 17)),
        (date(2026, 11, 21), 0, date(2026, 11, 24)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),
        (date(2026, 12, 29), 0, date(2027, 1, 4)),
        (date(2026, 12, 25), 3, date(2027, 1, 5)),
        (date(2026, 4, 28), 2, date(2026, 5, 1)),  # 昭和の日
        (date(2026, 5, 1), 1, date(2026, 5, 7)),  # the golden week
    ],
)
def test_a_deadline_falls_on_the_day_a_clerk_would_write(
    received: date, days: int, last: date
) -> None:
    assert deadline(received, days) == last


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_the_citys_own_closing_days_do_not_count_either(kind: type) -> None:
    closed: Collection[date] = kind([date(2026, 11, 18), date(2026, 11, 19)])
    assert not is_business_day(date(2026, 11, 18), closed)
    assert deadline(date(2026, 11, 17), 1, closed) == date(2026, 11, 20)
    assert deadline(date(2026, 11, 18), 0, closed) == date(2026, 11, 20)


@given(DAYS, st.integers(0, 20), CLOSED)
def test_a_deadline_is_a_business_day_with_so_many_of_them_before_it(
    received: date, days: int, closed: frozenset[date]
) -> None:
    last = deadline(received, days, closed)
    assert is_business_day(last, closed)
    first = deadline(received, 0, closed)
    between = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert sum(is_business_day(day, closed) for day in between) == days


@given(DAYS, st.integers(0, 20))
def test_who_reports_later_is_never_promised_an_earlier_day(received: date, days: int) -> None:
    assert deadline(received, days) <= deadline(received + timedelta(days=1), days)
    assert deadline(received, days) < deadline(received, days + 1)


HOURS = OfficeHours("08:30", "17:15")


def at(day: str) -> datetime:
    """A moment on the city's clocks."""
    return datetime.fromisoformat(day)


@pytest.mark.parametrize(
    ("received", "counts_from"),
    [
        ("2026-11-20 17:14", date(2026, 11, 20)),  # a Friday
        ("2026-11-20 17:15", date(2026, 11, 24)),  # closed, and Monday is 勤労感謝の日
        ("2026-11-20 17:16", date(2026, 11, 24)),
        ("2026-11-19 23:59", date(2026, 11, 20)),
        ("2026-11-20 00:00", date(2026, 11, 20)),
        ("2026-11-21 10:00", date(2026, 11, 24)),
        ("2026-04-30 18:00", date(2026, 5, 1)),
        ("2026-05-01 18:00", date(2026, 5, 7)),  # the golden week
        ("2026-12-28 17:14", date(2026, 12, 28)),
        ("2026-12-28 17:16", date(2027, 1, 4)),
        ("2026-12-24 18:00", date(2026, 12, 28)),  # the city is closed on the 25th
    ],
)
def test_what_comes_after_closing_counts_from_the_next_business_day(
    received: str, counts_from: date
) -> None:
    assert due_from(at(received), HOURS, [date(2026, 12, 25)]) == counts_from


@given(st.builds(datetime.combine, DAYS, st.times()), CLOSED)
def test_what_comes_while_the_city_hall_is_open_counts_from_that_day(
    moment: datetime, closed: frozenset[date]
) -> None:
    day = due_from(moment, HOURS, closed)
    assert is_business_day(day, closed)
    assert day >= moment.date()
    if is_open(moment, HOURS, closed):
        assert day == moment.date()


@pytest.mark.parametrize(
    ("facts", "hours"),
    [
        ({}, HOURS),
        ({"office_hours": None}, HOURS),
        ({"office_hours": {"opens": "9:00"}}, OfficeHours("09:00", "17:15")),
        ({"office_hours": {"opens": time(8), "closes": "17:00:00"}}, OfficeHours("08:00", "17:00")),
    ],
)
def test_office_hours_are_read_as_people_write_them(
    facts: dict[str, object], hours: OfficeHours
) -> None:
    assert OfficeHours.of(facts) == hours


@pytest.mark.parametrize(
    ("days", "long_after"),
    [
        (0, date(2026, 11, 20)),  # never before three days
        (1, date(2026, 11, 20)),
        (2, date(2026, 11, 26)),
        (10, date(2027, 1, 5)),
    ],
)
def test_a_ticket_is_long_overdue_once_three_times_its_days_are_gone(
    days: int, long_after: date
) -> None:
    assert long_overdue_on(date(2026, 11, 17), days) == long_after


@given(DAYS, st.integers(0, 30), CLOSED)
def test_the_business_days_to_a_deadline_are_the_days_it_was_given(
    received: date, days: int, closed: frozenset[date]
) -> None:
    begun = deadline(received, 0, closed)
    last = deadline(begun, days, closed)
    assert business_days_between(begun, last, closed) == days
    assert business_days_between(last, begun, closed) == 0


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("last_day", "long_from", "paused", "mark"),
    [
        (date(2026, 11, 26), date(2026, 12, 8), False, None),
        (TODAY, date(2026, 12, 8), False, Mark.DUE),
        (date(2026, 11, 24), TODAY + timedelta(days=1), False, Mark.OVERDUE),
        (date(2026, 11, 24), None, False, Mark.OVERDUE),
        (date(2026, 11, 2), TODAY, False, Mark.LONG_OVERDUE),
        (date(2026, 11, 2), TODAY, True, Mark.PAUSED),
        (date(2026, 11, 26), TODAY, True, Mark.PAUSED),
        (None, None, False, None),
    ],
)
def test_an_open_ticket_is_marked_by_its_deadline_and_a_closed_one_never(
    last_day: date | None, long_from: date | None, paused: bool, mark: Mark | None
) -> None:
    for status in Status:
        found = mark_of(status, last_day, TODAY, long_overdue_on=long_from, paused=paused)
        assert found == (mark if status in OPEN else None), status


@pytest.mark.parametrize(
    ("status", "asked", "inside", "pause"),
    [
        (Status.RECEIVED, False, True, None),
        (Status.MADE_SAFE, False, True, None),
        (Status.REOPENED, True, True, Pause.RESIDENT),
        (Status.RECEIVED, False, False, Pause.AUTHORITY),
        (Status.FORWARDED, True, True, Pause.AUTHORITY),
        (Status.MONITORING, False, True, Pause.MONITORING),
        (Status.MONITORING, True, True, Pause.RESIDENT),
        (Status.FIXED, True, False, None),
        (Status.MERGED, True, True, None),
    ],
)
def test_a_deadline_stands_still_while_it_is_not_the_citys_turn(
    status: Status, asked: bool, inside: bool, pause: Pause | None
) -> None:
    assert pause_of(status, asked=asked, inside=inside) == pause


@given(CLOSED, st.lists(st.tuples(ABOUT_2026, ABOUT_2026, st.integers(0, 60)), min_size=1))
def test_business_days_that_are_counted_once_are_the_same(
    closed: frozenset[date], asked: list[tuple[date, date, int]]
) -> None:
    days = BusinessDays(min(min(one, other) for one, other, _ in asked), closed)
    for one, other, many in asked:
        assert days.between(one, other) == business_days_between(one, other, closed)
        assert days.deadline(one, many) == deadline(one, many, closed)


class Looked(frozenset[date]):
    """No closing days; `days`: which were looked up."""

    def __init__(self) -> None:
        self.days: list[date] = []

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        self.days.append(day)
        return False


def test_business_days_of_years_are_looked_up_once() -> None:
    looked, first, last = Looked(), date(2026, 1, 5), date(2028, 12, 28)
    days = BusinessDays(first, looked)
    for turn in range(200):
        received = first + timedelta(turn)
        assert days.deadline(received, days.between(received, last)) >= last
    assert len(looked.days) == len(set(looked.days)) == days.between(first, last) + 2
