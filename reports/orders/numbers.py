"""An order's number: the fiscal year, from April, and the order's place in it. Pure."""

from datetime import date
from typing import Final

APRIL: Final = 4
_BEFORE_REIWA: Final = 2018
"""The era of the whole fiscal year is the one it ended in (2019 is 令和元年度)."""


def fiscal_year(day: date) -> int:
    """The year in which the city's year of this day began."""
    return day.year if day.month >= APRIL else day.year - 1


def year_words(year: int) -> str:
    """令和8年度."""
    era = year - _BEFORE_REIWA
    return f"令和{'元' if era == 1 else era}年度" if era > 0 else f"{year}年度"


def number_words(year: int | None, serial: int | None) -> str:
    """令和8年度-0012; what has none yet is 作成中."""
    return f"{year_words(year)}-{serial:04d}" if year and serial else "作成中"


def file_name(year: int | None, serial: int | None, order_id: int) -> str:
    """2026-0012, for names of files; a draft by its id."""
    return f"{year}-{serial:04d}" if year and serial else f"draft-{order_id}"
