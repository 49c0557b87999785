"""On which day a month's report is made by itself. Pure."""

from collections.abc import Collection
from datetime import date, datetime

from reports.city.calendar import OfficeHours, deadline
from reports.documents.open_data.months import later


def made_on(month: date, closed: Collection[date] = ()) -> date:
    """The first business day after this month (its first day); `closed`: the city's own closing
    days."""
    return deadline(later(month, 1), 0, closed)


def month_due(now: datetime, hours: OfficeHours, closed: Collection[date] = ()) -> date | None:
    """Which month's report is to be there: the one before, once the city hall has opened on the
    first business day, and so until the next one; None before. `now` in the city's time."""
    month = later(now.date().replace(day=1), -1)
    day = made_on(month, closed)
    is_time = (now.date(), f"{now:%H:%M}") >= (day, hours.opens)
    return month if is_time else None
