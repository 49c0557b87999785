"""What is asked of the list of service requests: the standard's filters, and those that Chicago,
Boston, San Francisco, Bloomington and Bonn have added. Pure.

What is empty counts as not given, and what nobody knows is passed over, as the standard has it.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from reports.published.georeport import STATES, states_of
from reports.published.wanted import PublicFilter
from reports.tickets.numbers import number_in
from web.kit.errors import BadInput

SPAN: Final = timedelta(days=90)
USUAL_UPDATES: Final = timedelta(days=7)
MOST_PER_PAGE: Final = 1_000
MOST_BEFORE: Final = 100_000
"""Requests that a page may have before it."""
MOST_IDS: Final = 200
LISTS: Final = ("service_request_id", "service_code", "status")
"""May stand several times in an address, or with commas between."""


class Asked(NamedTuple):
    """`page` from 1; `extensions`: with what the standard does not have."""

    wanted: PublicFilter
    page: int
    page_size: int
    extensions: bool


def asked_in(query: Mapping[str, str], today: datetime) -> Asked:
    """`today`: when the day began in the city, with its zone. Raises BadInput."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    page = _count(given, "page", 1, MOST_BEFORE)
    size = _count(given, "page_size", MOST_PER_PAGE, MOST_PER_PAGE)
    if (page - 1) * size > MOST_BEFORE:
        raise BadInput(f"page: {MOST_BEFORE:,} 件より先は、日付で絞ってください。")
    extensions = given.get("extensions", "").lower() in ("true", "1", "yes")
    if "service_request_id" in given:
        wanted = PublicFilter(numbers=_numbers(given["service_request_id"]))
    else:
        wanted = _wanted(given, today)
    return Asked(wanted, page, size, extensions)


def span_in(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when until when updates are asked for; the last 7 days where it is not said. Raises
    BadInput."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    end = _moment(given, "end_date", now.tzinfo)
    end = end + timedelta(seconds=1) if end else now
    start = _moment(given, "start_date", now.tzinfo) or end - USUAL_UPDATES
    if end - start > SPAN + timedelta(seconds=1):
        raise BadInput("start_date、end_date: 90日までの間にしてください。 / 90 days at most.")
    return start, end


def _wanted(given: Mapping[str, str], today: datetime) -> PublicFilter:
    moments = {name: _moment(given, name, today.tzinfo) for name in _MOMENTS}
    start, end = moments["start_date"], moments["end_date"]
    after, before = moments["updated_after"], moments["updated_before"]
    if start and end and end - start > SPAN:
        raise BadInput("start_date、end_date: 90日までの間にしてください。 / 90 days at most.")
    if not (after or before):
        start, end = _spanned(start, end, today)
    codes = given.get("service_code")
    return PublicFilter(
        states=_states(given["status"]) if "status" in given else None,
        categories=(codes and _listed(codes)) or None,
        received_from=start,
        received_until=end and end + timedelta(seconds=1),
        changed_from=after,
        changed_until=before and before + timedelta(seconds=1),
        bbox=_box(given["bbox"]) if "bbox" in given else None,
        q=given["q"][:100] if "q" in given else None,
    )


def _spanned(
    start: datetime | None, end: datetime | None, today: datetime
) -> tuple[datetime | None, datetime | None]:
    """The standard's 90 days, where one end is open; the last ones where both are."""
    if start is None and end is None:
        return today - SPAN, None
    if start is None and end is not None:
        return end - SPAN, end
    assert start is not None
    return start, end or start + SPAN


def _states(listed: str) -> tuple[str, ...] | None:
    said = [each.lower() for each in _listed(listed)]
    if wrong := [each for each in said if each not in ("open", "closed") and each not in STATES]:
        raise BadInput(f"status: {wrong[0][:40]!r} はありません。open か closed です。")
    found = [states_of(each) if each in ("open", "closed") else (each,) for each in said]
    return tuple(state for states in found for state in states) or None


def _numbers(listed: str) -> tuple[str, ...]:
    told = _listed(listed)
    if len(told) > MOST_IDS:
        raise BadInput(f"service_request_id: 1度に {MOST_IDS} 件までです。 / {MOST_IDS} at most.")
    return tuple(number for each in told if (number := number_in(each)))


def _listed(words: str) -> list[str]:
    return [each for one in words.split(",") if (each := one.strip())]


def _moment(given: Mapping[str, str], name: str, clocks: tzinfo | None) -> datetime | None:
    """W3C's note, where a + of the zone may have become a blank; a day alone, or a moment without a
    zone, is the city's."""
    words = given.get(name)
    if words is None:
        return None
    if found := _DAY.fullmatch(words):
        words = f"{words}T23:59:59" if name in _ENDS else f"{words}T00:00:00"
    elif not (found := _MOMENT.fullmatch(words)):
        raise BadInput(_NO_MOMENT.format(name=name))
    try:
        moment = datetime.fromisoformat(words.replace(" ", "+") if found.re is _MOMENT else words)
    except ValueError as wrong:
        raise BadInput(_NO_MOMENT.format(name=name)) from wrong
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clocks)
    if not 1970 <= moment.year <= 2999:
        raise BadInput(_NO_MOMENT.format(name=name))
    return moment


def _count(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    words = given.get(name)
    if words is None:
        return usual
    if not re.fullmatch(r"[0-9]{1,9}", words, re.ASCII) or int(words) < 1:
        raise BadInput(f"{name}: 1 以上の整数です。 / A whole number from 1 on.")
    return min(int(words), most)


def _box(words: str) -> tuple[float, float, float, float]:
    parts = [each.strip() for each in words.split(",")]
    if len(parts) == 4 and all(re.fullmatch(_NUMBER, each, re.ASCII) for each in parts):
        west, south, east, north = map(float, parts)
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    raise BadInput("bbox: 西,南,東,北 を度で送ってください。 / west,south,east,north in degrees.")


_NUMBER: Final = r"-?[0-9]{1,3}(\.[0-9]{1,20})?"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+ -][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_MOMENTS: Final = ("start_date", "end_date", "updated_after", "updated_before")
_ENDS: Final = ("end_date", "updated_before")
_NO_MOMENT: Final = (
    "{name}: 2026-11-21T09:00:00+09:00 の形で送ってください。 / Use 2026-11-21T00:00:00Z."
)
