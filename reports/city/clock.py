"""The time on the city's clocks; nowhere else is it asked for."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from settings import settings


def local(moment: datetime) -> datetime:
    """This moment on the city's clocks."""
    return moment.astimezone(ZoneInfo(settings().tz))


def today() -> date:
    """The day it is in the city."""
    return local(datetime.now(UTC)).date()
