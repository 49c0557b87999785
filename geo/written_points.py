"""Points that people write: figures, degrees, links to maps, plus codes. Pure; nothing is fetched.

Sources: RFC 5870 (`geo:`), the Open Location Code specification, and the addresses that the maps of
Google, Apple, 国土地理院, OpenStreetMap and Yahoo! JAPAN show. Only places in Japan are read.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Final
from urllib.parse import unquote_plus

from geo.points import Point

LATITUDES, LONGITUDES = (20.0, 46.0), (122.0, 154.0)
FEWEST_DECIMALS: Final = 3
"""With fewer it could be anywhere within a kilometre; and many measures have two."""
DEGREE_M: Final = 111_000.0


@dataclass(frozen=True, slots=True)
class WrittenPoint:
    """A point (lon/lat), how far from there it may be, in metres, and what else stands there."""

    point: Point
    radius_m: float
    rest: str


def point_in(words: str, near: Callable[[], Point | None] = lambda: None) -> WrittenPoint | None:
    """The first point that is written in these words, latitude or longitude first.

    `near`: gives a point in the city, for plus codes without their beginning.
    """
    said = _plain(words)
    found = chain(_of_links(said), _of_degrees(said), _of_figures(said), _of_plus_codes(said, near))
    return next(found, None)


def is_unreadable_link(words: str) -> bool:
    """Whether they tell of a place in a way that only its maker can read: a short link, or three
    words."""
    return point_in(words) is None and bool(_UNREADABLE.search(_plain(words)))


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words.replace("º", "°").replace("＠", "@"))


_UNREADABLE: Final = re.compile(
    r"maps\.app\.goo\.gl/|goo\.gl/maps|maps\.apple/p/|what3words\.com/|w3w\.co/|/{3}\w+\.\w+\.\w+"
)
_LINK: Final = re.compile(r"https?://\S+|geo:\S+", re.IGNORECASE)
_FIGURE: Final = re.compile(r"(?<![\d.])[-+]?\d{1,3}\.\d+(?![\d.])")
_NAMED: Final = (
    r"[\s()、,;:=/&+度°NnS]*"
    r"(?:(?:東経|経度|北緯|緯度|lon(?:gitude)?|lng|mlon|lat(?:itude)?|mlat|[EeNn])[\s:=,、]*)?"
)
_BETWEEN: Final = re.compile(_NAMED)
_PIN: Final = re.compile(r"!3d([-+]?\d+\.\d+)!4d([-+]?\d+\.\d+)")
_ASKED: Final = re.compile(
    r"[?&](?:q|query|daddr|destination|coordinate)=(?:loc:)? ?([-+]?\d+\.\d+), ?([-+]?\d+\.\d+)"
)
_MARKS: Final = re.compile(
    r"北緯|東経|緯度|経度|(?<![A-Za-z])(?:lat|lng|lon|[NE])(?![A-Za-z])|(?<!\w)度(?!\w)|[°,、:=]"
)
_GEO: Final = re.compile(r"geo:([-+]?\d+(?:\.\d+)?),([-+]?\d+(?:\.\d+)?)", re.IGNORECASE)
_ANGLE: Final = (
    r"(\d{1,3})\s*[°度]\s*(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"”秒]|['′’]{2})\s*)?"
)
_DEGREES: Final = re.compile(
    rf"(?:北緯|緯度|N|東経|経度|E)?[\s:]*{_ANGLE}[NE]?[\s,、/]*(?:北緯|緯度|N|東経|経度|E)?[\s:]*"
    rf"{_ANGLE}[NE]?"
)


def _of_links(said: str) -> Iterator[WrittenPoint]:
    """A pin goes before what was asked for, and that before where the map was."""
    for link in _LINK.finditer(said):
        address, rest = unquote_plus(link[0]), _rest(said, link)
        for named in (_PIN, _ASKED, _GEO):
            if (found := named.search(address)) and (point := _point(*map(float, found.groups()))):
                yield WrittenPoint(point, _radius(1, *found.groups()), rest)
        for figures in _of_figures(address):
            yield replace(figures, rest=rest)
        if code := _PLUS_CODE.search(address):
            yield from _decoded(code, None, rest)


def _of_degrees(said: str) -> Iterator[WrittenPoint]:
    for found in _DEGREES.finditer(said):
        north, east = found.groups()[:3], found.groups()[3:]
        if point := _point(_angle(*north), _angle(*east)):
            has_seconds = north[2] is not None and east[2] is not None
            last = (north[2], east[2]) if has_seconds else (north[1], east[1])
            yield WrittenPoint(
                point, _radius(3600 if has_seconds else 60, *last), _rest(said, found)
            )


def _of_figures(said: str) -> Iterator[WrittenPoint]:
    for first, second in pairwise(_FIGURE.finditer(said)):
        figures = first[0], second[0]
        if not _BETWEEN.fullmatch(said[first.end() : second.start()]):
            continue
        if min(map(_decimals, figures)) < FEWEST_DECIMALS:
            continue
        if point := _point(*map(float, figures)):
            yield WrittenPoint(point, _radius(1, *figures), _rest(said, first, second))


def _of_plus_codes(said: str, near: Callable[[], Point | None]) -> Iterator[WrittenPoint]:
    for code in _PLUS_CODE.finditer(said):
        yield from _decoded(code, near() if _is_short(code) else None, _rest(said, code))


def _angle(degrees: str, minutes: str, seconds: str | None) -> float:
    return int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600


def _point(first: float, second: float) -> Point | None:
    for lat, lon in ((first, second), (second, first)):
        if LATITUDES[0] < lat < LATITUDES[1] and LONGITUDES[0] < lon < LONGITUDES[1]:
            return Point(lon, lat)
    return None


def _radius(parts: int, *figures: str) -> float:
    """Half of the last digit that all have, of so many parts of a degree; at least a metre."""
    return max(DEGREE_M / parts / 2 / 10.0 ** min(map(_decimals, figures)), 1.0)


def _decimals(figure: str) -> int:
    return len(figure.partition(".")[2])


def _rest(said: str, first: re.Match[str], last: re.Match[str] | None = None) -> str:
    """What stands around it, where that is words."""
    around = f"{said[: first.start()]} {said[(last or first).end() :]}"
    rest = re.sub(" {2,}", " ", _MARKS.sub(" ", around)).strip()
    return rest if any(map(str.isalnum, rest)) else ""


_DIGITS: Final = "23456789CFGHJMPQRVWX"
_PLUS_CODE: Final = re.compile(
    rf"(?<![A-Za-z0-9])((?:[{_DIGITS}]{{4}}){{1,2}})\+([{_DIGITS}]{{2,5}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PAIRS: Final = (20.0, 1.0, 0.05, 0.0025, 0.000125)
"""Degrees of a cell after so many pairs of digits; further digits divide it by 5 and 4."""


def _is_short(code: re.Match[str]) -> bool:
    return len(code[1]) < 8


def _decoded(code: re.Match[str], near: Point | None, rest: str) -> Iterator[WrittenPoint]:
    """A short one, which lacks its whole degrees, is the one next to `near`."""
    digits = [_DIGITS.index(digit) for digit in (code[1] + code[2]).upper()]
    lat, lon, side = _cell(digits, pairs_before=2 if _is_short(code) else 0)
    if not _is_short(code):
        point = _point(lat - 90, lon - 180)
    else:
        point = Point(_nearest(lon, near.lon), _nearest(lat, near.lat)) if near else None
    if point:
        yield WrittenPoint(point, max(side * DEGREE_M / 2, 1.0), rest)


def _cell(digits: list[int], *, pairs_before: int) -> tuple[float, float, float]:
    """The middle of the cell, from where its first digits count, and its height in degrees."""
    pairs, finer = digits[: 10 - 2 * pairs_before], digits[10 - 2 * pairs_before :]
    lat = lon = 0.0
    height = width = 0.0
    for turn, (north, east) in enumerate(zip(pairs[::2], pairs[1::2], strict=False)):
        height = width = _PAIRS[turn + pairs_before]
        lat, lon = lat + north * height, lon + east * width
    for digit in finer:
        height, width = height / 5, width / 4
        lat, lon = lat + digit // 4 * height, lon + digit % 4 * width
    return lat + height / 2, lon + width / 2, height


def _nearest(part: float, near: float) -> float:
    """With the whole degrees that bring it next to there."""
    return math.floor(near) + part + round(near - math.floor(near) - part)
