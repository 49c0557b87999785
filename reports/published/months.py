"""Months on the calendar, and what was done in one. Pure."""

from datetime import date
from typing import NamedTuple


class Month(NamedTuple):
    """`first`: its first day. `half_within`: of those that were mended in it, half had waited no
    longer than so many days; None where none were."""

    first: date
    received: int
    fixed: int
    half_within: int | None


def first_of(day: date, back: int = 0) -> date:
    """The first day of its month, or of one so many months earlier."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
