"""Days and moments as browsers send them."""

from datetime import UTC, date, datetime
from typing import Final

from reports.city.clock import zone
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


def moment_in(words: str) -> datetime | None:
    """As the phone's clock told it; without an offset, on the city's clocks."""
    try:
        moment = datetime.fromisoformat(words.strip()[:40])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone())
        return moment if 1990 <= moment.astimezone(UTC).year < 2100 else None
    except (ValueError, OverflowError):
        return None
