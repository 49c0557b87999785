"""What a person has sent within the hour, as it is kept in their row."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.dialogue.allowance import Allowance, Hour, Limits
from settings import settings

HOUR: Final = timedelta(hours=1)
_HOUR: Final = TypeAdapter(Hour)

log = structlog.get_logger()


def allowance(kept: Mapping[str, Any], now: datetime) -> Allowance:
    """What may still be sent; a new hour begins with the first thing that comes after the last."""
    limits = Limits(
        photos=settings().resident_photos_per_hour,
        drafts=settings().resident_drafts_per_hour,
        tickets=settings().resident_tickets_per_hour,
    )
    hour = _hour_of(kept)
    if hour is None or not timedelta(0) <= now - hour.since < HOUR:
        hour = Hour(now)
    return Allowance(limits, hour, minutes=-((now - hour.since - HOUR) // timedelta(minutes=1)))


def to_json(hour: Hour) -> dict[str, Any]:
    """For the person's row."""
    kept: dict[str, Any] = _HOUR.dump_python(hour, mode="json", exclude_defaults=True)
    return kept


def _hour_of(kept: Mapping[str, Any]) -> Hour | None:
    """None where nothing counts yet, or only what another version can read."""
    if not kept:
        return None
    try:
        return _HOUR.validate_python(kept)
    except ValidationError:
        log.error("hour_unreadable")
        return None
