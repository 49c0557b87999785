"""Deadlines in Japanese business days. Pure.

Weekends, national holidays (国民の祝日に関する法律, by jpholiday) and 12-29 to 01-03
(行政機関の休日に関する法律) do not count, nor do the city's own closing days.
"""

from collections.abc import Collection
from datetime import date, timedelta

import jpholiday


def is_business_day(day: date, closed: Collection[date] = ()) -> bool:
    """Whether the city hall works on this day."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not (day.weekday() >= 5 or year_end or day in closed or jpholiday.is_holiday(day))


def deadline(received: date, business_days: int, closed: Collection[date] = ()) -> date:
    """The last day in time: so many business days after receipt (0: that day or the next one)."""
    day = received
    while not is_business_day(day, closed):
        day += timedelta(days=1)
    for _ in range(business_days):
        day += timedelta(days=1)
        while not is_business_day(day, closed):
            day += timedelta(days=1)
    return day
