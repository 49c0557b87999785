"""The city's year (年度), from the first of April. Pure."""

from datetime import date
from typing import Final

APRIL: Final = 4
_BEFORE_REIWA: Final = 2018
"""The era of the whole fiscal year is the one it ended in (2019 is 令和元年度)."""
OF_DAY: Final = f"extract(year FROM {{day}} - interval '{APRIL - 1} months')::int"
"""SQL: the fiscal year of a date, which stands for {day}."""


def fiscal_year(day: date) -> int:
    """The year in which the city's year of this day began."""
    return day.year if day.month >= APRIL else day.year - 1


def days_of(year: int) -> tuple[date, date]:
    """The first and the last of a fiscal year."""
    return date(year, APRIL, 1), date(year + 1, APRIL - 1, 31)


def year_words(year: int) -> str:
    """令和8年度."""
    era = year - _BEFORE_REIWA
    return f"令和{'元' if era == 1 else era}年度" if era > 0 else f"{year}年度"
