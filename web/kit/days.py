"""Days as browsers send them."""

from datetime import date
from typing import Final

from web.kit.errors import BadInput

_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2999, 12, 31)


def day_in(typed: str) -> date:
    """A day, ISO 8601. Raises BadInput."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not _FIRST <= day <= _LAST:
        raise BadInput("日付を選んでください。")
    return day
