"""Months of the city's calendar. Pure."""

import re
from datetime import date
from typing import Final

_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_of(written: str) -> date | None:
    """The first day of 2026-11; None where that is no month."""
    found = _MONTH.fullmatch(written)
    return date(int(found[1]), int(found[2]), 1) if found else None


def written(month: date) -> str:
    """2026-11."""
    return f"{month:%Y-%m}"


def later(month: date, many: int) -> date:
    """The first day of the month so many months later, or earlier."""
    year, index = divmod(month.year * 12 + month.month - 1 + many, 12)
    return date(year, index + 1, 1)
