"""Deadlines count the days on which a Japanese city hall works."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.deadlines import deadline, is_business_day

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CLOSED = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)


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
