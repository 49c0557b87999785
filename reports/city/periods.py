"""How long the city keeps what is personal: each period with its unit, its usual length and its
bounds. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final


class Unit(StrEnum):
    """In what a period is counted."""

    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Period:
    """`key`: its name in the table [keep] of city.toml, which ends in its unit; `usual`: where the
    city says nothing; `least` and `most`: what it may say. Of one of years, 0 is for ever."""

    key: str
    usual: int
    least: int
    most: int

    @property
    def unit(self) -> Unit:
        return Unit(self.key.rpartition("_")[2])


RECORDS: Final = "records_years"
"""公文書の保存期間: of tickets; what it ends is thrown away by people (`reports.discard`)."""
FOR_EVER: Final = 0

PERIODS: Final[Mapping[str, Period]] = {
    one.key: one
    for one in (
        Period("drafts_hours", 24, 1, 24),
        Period("inbox_days", 30, 1, 30),
        Period("people_months", 12, 1, 120),
        Period("words_months", 12, 1, 120),
        Period("originals_months", 12, 1, 120),
        Period("exif_places_months", 12, 1, 120),
        Period("messages_months", 12, 1, 60),
        Period("silent_months", 12, 1, 60),
        Period("photo_links_days", 90, 1, 730),
        Period("mails_months", 12, 1, 120),
        Period("exports_hours", 24, 1, 24),
        Period("patrol_ways_months", 12, 1, 60),
        Period("patrol_names_months", 60, 1, 120),
        Period("browsers_days", 180, 1, 180),
        Period("invitations_days", 30, 1, 365),
        Period("pauses_months", 12, 1, 60),
        Period("keys_months", 60, 1, 120),
        Period("tasks_days", 7, 1, 30),
        Period("clearings_months", 36, 1, 120),
        Period("public_events_months", 12, 1, 60),
        Period(RECORDS, FOR_EVER, FOR_EVER, 30),
    )
}
NOT_LONGER: Final = (
    ("words_months", "people_months"),
    ("originals_months", "exif_places_months"),
)
"""The first of each is not kept longer than the second: words go with who wrote them, and an
original has the place in its EXIF."""


def checked(said: Mapping[str, int]) -> dict[str, int]:
    """What a city says of its periods, with nothing that cannot be. Raises ValueError, in both
    languages."""
    for key, value in said.items():
        known = PERIODS.get(key)
        if known is None:
            raise ValueError(f"{key} という期間はありません / there is no period {key}")
        if not known.least <= value <= known.most:
            raise ValueError(
                f"{key} は {known.least}〜{known.most} です"
                f" / {key} is {known.least} to {known.most}"
            )
    for shorter, longer in NOT_LONGER:
        if length(said, shorter) > length(said, longer):
            raise ValueError(
                f"{shorter} は {longer} より長くできません / {shorter} is not longer than {longer}"
            )
    return dict(said)


def length(said: Mapping[str, int], key: str) -> int:
    """Of a period, in its unit."""
    return said.get(key, PERIODS[key].usual)


def said_in(facts: Mapping[str, Any]) -> Mapping[str, int]:
    """Of a city's facts, as of `checked`."""
    return facts.get("keep") or {}


def begin(said: Mapping[str, int], key: str, now: datetime) -> datetime:
    """What is from before then has been kept for this period."""
    many, unit = length(said, key), PERIODS[key].unit
    assert unit is not Unit.YEARS  # counted in fiscal years: `reports.discard.years`
    return months_before(now, many) if unit is Unit.MONTHS else now - timedelta(**{unit: many})


def after(said: Mapping[str, int], key: str, moment: datetime) -> datetime:
    """When a period of hours or days that began then is over."""
    return moment + timedelta(**{PERIODS[key].unit: length(said, key)})


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months ago; the last of a month that is too short for it."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
