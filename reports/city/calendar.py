"""Japanese business days and the hours of a city hall. Pure.

Weekends, national holidays (国民の祝日に関する法律, by jpholiday) and 12-29 to 01-03
(行政機関の休日に関する法律) do not count, nor do the city's own closing days."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self

import jpholiday

_WEEKDAYS: Final = "月火水木金土日"
LONG: Final = 3
"""A ticket is long overdue once its days are gone so many times; never before so many days."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the city hall is open on a business day, in the city's time as HH:MM."""

    opens: str = "08:30"
    closes: str = "17:15"

    @classmethod
    def of(cls, city: Mapping[str, Any]) -> Self:
        """From [office_hours] of city.toml, if it says. Raises ValueError for no time of day."""
        given = city.get("office_hours") or {}
        return cls(**{name: _clock(given[name]) for name in ("opens", "closes") if name in given})


def is_business_day(day: date, closed: Collection[date] = ()) -> bool:
    """Whether the city hall works on this day; `closed`: the city's own closing days."""
    return _is_the_nations(day) and day not in closed


def is_open(moment: datetime, hours: OfficeHours, closed: Collection[date] = ()) -> bool:
    """Whether the city hall is open; `moment` in the city's time."""
    in_time = hours.opens <= f"{moment:%H:%M}" < hours.closes
    return in_time and is_business_day(moment.date(), closed)


def due_from(received: datetime, hours: OfficeHours, closed: Collection[date] = ()) -> date:
    """The day of receipt within office hours: what comes after closing counts as of the next.

    `received` in the city's time.
    """
    is_late = f"{received:%H:%M}" >= hours.closes
    return deadline(received.date() + timedelta(days=is_late), 0, closed)


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


def long_overdue_on(received: date, business_days: int, closed: Collection[date] = ()) -> date:
    """From which day on three times the business days have gone by, three of them at least."""
    return deadline(received, LONG * max(business_days, 1), closed)


def day_words(day: date) -> str:
    """11月25日(水)."""
    return f"{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def full_day_words(day: date) -> str:
    """2026年11月25日(水)."""
    return f"{day.year}年{day_words(day)}"


def moment_words(moment: datetime) -> str:
    """2026年11月25日(水) 21:03, of a moment in the city's time."""
    return f"{full_day_words(moment)} {moment:%H:%M}"


def business_days_between(after: date, until: date, closed: Collection[date] = ()) -> int:
    """How many business days there are after the one day until the other; none if it is earlier."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(is_business_day(day, closed) for day in days)


class BusinessDays:
    """The business days from `first` on, each looked up once, however much is asked about them."""

    def __init__(self, first: date, closed: Collection[date] = ()) -> None:
        self._closed, self._next = closed, first
        self._days: list[date] = []

    def between(self, after: date, until: date) -> int:
        """As `business_days_between`, for days from `first` on."""
        return max(self._many_until(until) - self._many_until(after), 0)

    def deadline(self, received: date, business_days: int) -> date:
        """As `deadline`, for a receipt from `first` on."""
        place = self._many_until(received - timedelta(days=1)) + business_days
        while len(self._days) <= place:
            self._look_at_next()
        return self._days[place]

    def _many_until(self, day: date) -> int:
        while self._next <= day:
            self._look_at_next()
        return bisect_right(self._days, day)

    def _look_at_next(self) -> None:
        if is_business_day(self._next, self._closed):
            self._days.append(self._next)
        self._next += timedelta(days=1)


@lru_cache(maxsize=8192)
def _is_the_nations(day: date) -> bool:
    """A business day by the calendar of the whole country; jpholiday is slow when asked often."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not (day.weekday() >= 5 or year_end or jpholiday.is_holiday(day))


def _clock(given: object) -> str:
    """08:30 of 8:30, "08:30" or a time of TOML."""
    hour, minute = str(given).split(":")[:2]
    return f"{int(hour):02}:{int(minute):02}"
