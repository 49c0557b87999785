"""Spans of local days, and those to compare them with. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple


class Period(NamedTuple):
    """From `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_of_whole_months(self) -> bool:
        return self.first.day == 1 and self.last == end_of_month(self.last)

    def before(self) -> "Period":
        """As long, right before; of whole months as many months."""
        last = self.first - timedelta(1)
        if self.is_of_whole_months:
            return Period(months_back(self.first, len(list(self.months()))), last)
        return Period(last - timedelta(self.days - 1), last)

    def year_ago(self) -> "Period":
        """The same days a year earlier; the 29th of February is the 28th then."""
        last = months_back(self.last, 12)
        return Period(
            months_back(self.first, 12),
            end_of_month(last) if self.is_of_whole_months else last,
        )

    def months(self) -> Iterator[date]:
        """The first days of the months that it touches."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = next_month(month)


def month_of(day: date) -> Period:
    """The month that the day lies in."""
    return Period(day.replace(day=1), end_of_month(day))


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """The first day of the month after."""
    return end_of_month(day) + timedelta(1)


def months_back(day: date, many: int) -> date:
    """The same day so many months earlier, or the last of a month that is too short for it."""
    months = day.year * 12 + day.month - 1 - many
    first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day.day, end_of_month(first).day))
