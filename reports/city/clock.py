"""The time on the city's clocks; nowhere else is it asked for."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from settings import settings


def zone() -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(settings().tz)


def local(moment: datetime) -> datetime:
    """That moment on the city's clocks."""
    return moment.astimezone(zone())


def now() -> datetime:
    """This moment on the city's clocks."""
    return local(datetime.now(UTC))


def today() -> date:
    """The day it is in the city."""
    return now().date()


def begin_of(day: date) -> datetime:
    """The moment at which it begins in the city."""
    return datetime.combine(day, time(), zone())
