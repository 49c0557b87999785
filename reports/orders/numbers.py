"""An order's number: the fiscal year, and the order's place in it. Pure."""

from reports.city.fiscal import year_words


def number_words(year: int | None, serial: int | None) -> str:
    """令和8年度-0012; what has none yet is 作成中."""
    return f"{year_words(year)}-{serial:04d}" if year and serial else "作成中"


def file_name(year: int | None, serial: int | None, order_id: int) -> str:
    """2026-0012, for names of files; a draft by its id."""
    return f"{year}-{serial:04d}" if year and serial else f"draft-{order_id}"
