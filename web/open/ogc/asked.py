"""What somebody asks a collection for (OGC API - Features, part 1: 7.15): its parameters. Pure."""

import base64
import binascii
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

Box = tuple[float, float, float, float]
"""west, south, east, north in degrees, west not above east."""
USUAL: Final = 100
MOST: Final = 1000
"""Features on one page."""
_OWN: Final = frozenset({"f", "bbox", "datetime", "limit", "token"})


class BadParameter(ValueError):
    """Its argument says which, and what is wrong with it, in Japanese."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features, and how many of them.

    `boxes`: none, one, or two where it goes over the 180th meridian. `since`, `before`: moments,
    the first included and the second not, None for an open end. `after`: the place that a token
    names, "" for the first page. `equal`: the properties that must have these values.
    """

    boxes: tuple[Box, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    limit: int = USUAL
    after: str = ""
    equal: Mapping[str, str] = field(default_factory=dict)


def read(query: Iterable[tuple[str, str]], properties: Collection[str], zone: tzinfo) -> Asked:
    """From the parameters of an address. `properties`: those that may be asked for by name, where
    an empty one asks for nothing; `zone`: in which a day without a time is one. Raises
    BadParameter."""
    given = single(query, {*_OWN, *properties})
    since, before = _interval(given["datetime"], zone) if "datetime" in given else (None, None)
    return Asked(
        boxes=_boxes(given["bbox"]) if "bbox" in given else (),
        since=since,
        before=before,
        limit=_limit(given["limit"]) if "limit" in given else USUAL,
        after=place_in(given["token"]) if "token" in given else "",
        equal={name: _value(name, given[name]) for name in properties if given.get(name)},
    )


def single(query: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """Each parameter once, and only those that are known. Raises BadParameter."""
    given: dict[str, str] = {}
    for name, value in query:
        if name not in known:
            there = "、".join(sorted(known))
            raise BadParameter(f"使えない引数があります。使えるもの: {there}")
        if name in given:
            raise BadParameter(f"{name} は1つだけ書いてください。")
        given[name] = value
    return given


def token_of(place: str) -> str:
    """For the address of the next page."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_in(token: str) -> str:
    """What `token_of` was given. Raises BadParameter."""
    try:
        if not re.fullmatch(r"[\w\-]{1,200}", token, re.ASCII):
            raise ValueError
        whole = token + "=" * (-len(token) % 4)
        place = base64.urlsafe_b64decode(whole).decode()
        if "\x00" in place:
            raise ValueError
    except (ValueError, binascii.Error):
        raise bad_token() from None
    return place


def bad_token() -> BadParameter:
    """Of what is no place in the collection."""
    return BadParameter("token は、前のページの next のリンクにあるものを使ってください。")


def _value(name: str, value: str) -> str:
    if "\x00" in value or len(value) > 200:
        raise BadParameter(f"{name} の値が読めません。")
    return value


def _limit(given: str) -> int:
    """More than the most is the most, as the standard has it."""
    if not re.fullmatch(r"[0-9]{1,9}", given, re.ASCII) or int(given) < 1:
        raise BadParameter(f"limit は、1 から {MOST} までの整数です。")
    return min(int(given), MOST)


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)


def _boxes(given: str) -> tuple[Box, ...]:
    """Four numbers, or six with heights, which no feature here has."""
    parts = [part.strip() for part in given.split(",")]
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise BadParameter("bbox は、西,南,東,北 の4つの数(度、経度が先)です。")
    numbers = [float(part) for part in parts]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    in_range = all(map(math.isfinite, numbers)) and max(abs(west), abs(east)) <= 180
    if not in_range or not -90 <= south <= north <= 90:
        raise BadParameter("bbox は、経度が -180 から 180、緯度が -90 から 90、南が北より下です。")
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180.0, north), (-180.0, south, east, north))


def _interval(given: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    ends = given.split("/")
    if len(ends) == 1 and ends[0] not in ("", ".."):
        return _moment(given, zone, False), _moment(given, zone, True)
    if len(ends) != 2:
        raise _bad_datetime()
    since, before = (
        None if end in ("", "..") else _moment(end, zone, is_last)
        for end, is_last in zip(ends, (False, True), strict=True)
    )
    if since and before and since >= before:
        raise BadParameter("datetime は、始まりが終わりより前です。")
    return since, before


_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+\- ][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def _moment(given: str, zone: tzinfo, is_last: bool) -> datetime:
    """RFC 3339, or a day; where it `is_last`, the next moment, or the day after. An unescaped +
    arrives as a space."""
    try:
        if _DAY.fullmatch(given):
            day = date.fromisoformat(given) + timedelta(days=is_last)
            return datetime.combine(day, time(), zone)
        if found := _MOMENT.fullmatch(given):
            day_part, clock, fraction, offset = found.groups(default="")
            offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
            moment = datetime.fromisoformat(f"{day_part}T{clock}{offset}")
            exact = moment.replace(microsecond=int(fraction[1:7].ljust(6, "0")))
            return exact + timedelta(microseconds=is_last)
    except (ValueError, OverflowError):
        pass
    raise _bad_datetime()


def _bad_datetime() -> BadParameter:
    return BadParameter(
        "datetime は、2026-11-01T00:00:00Z、2026-11-01、2026-11-01/2026-11-30、2026-11-01/.. の"
        "ように書いてください。"
    )
