"""What stands in a month's report, gathered from the database alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.points import Point
from reports.city import clock, profile
from reports.city.models import Department
from reports.documents.maps import surroundings
from reports.documents.maps.svg import Dot, Piece
from reports.documents.monthly import pairs, words
from reports.documents.monthly.pairs import Pair
from reports.stats import reading
from reports.stats.periods import Period, end_of_month
from reports.stats.reading import Numbers, Only, Week
from store import sql

WIDE, HIGH = 180.0, 132.0
"""Of the map, in millimetres, as in page.typ."""
WEEKS: Final = 13
"""That many up to the month's end are drawn."""
_MARGIN_MM: Final = 6.0
_LEAST_METRES_A_MM: Final = 5.0
_MOST_DOTS: Final = 5_000
_A_DEGREE: Final = 111_320.0


@dataclass(frozen=True, slots=True)
class MonthMap:
    """What lies around the city's middle, and a dot for each report; metres a mm of paper."""

    around: Sequence[Piece]
    dots: Sequence[Dot]
    metres_a_mm: float


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """`before` and `year_ago`: None where nothing was counted yet. By kind, town and department:
    this month's, and of kinds the month before, by the names that people read. `closed_at`: since
    when its numbers do not change; None while they may."""

    month: date
    city: str
    phone: str
    now: Numbers
    before: Numbers | None
    year_ago: Numbers | None
    weeks: Sequence[Week]
    kinds: Mapping[str, Numbers]
    kinds_before: Mapping[str, Numbers]
    towns: Mapping[str, Numbers]
    departments: Mapping[str, Numbers]
    map: MonthMap
    pairs: Sequence[Pair]
    kind_names: Mapping[str, str]
    words: str
    closed_at: datetime | None
    made_at: datetime


def facts_of(db: Session, month: date) -> MonthFacts:
    """From the database alone."""
    period, everything = Period(month, end_of_month(month)), Only()
    city, written = profile.profile(db), words.of(db, month)
    names = {key: one.name("ja") for key, one in profile.categories(db).items()}
    counted_from = _value(db, _FIRST)

    def of(other: Period) -> Numbers | None:
        is_there = counted_from is not None and other.last >= counted_from
        return reading.numbers(db, other, everything) if is_there else None

    def by(when: Period, dimension: str, called: Mapping[str, str]) -> dict[str, Numbers]:
        there = reading.by(db, when, everything, dimension)
        return {called.get(key, key) or "決まっていない": one for key, one in there.items()}

    return MonthFacts(
        month=month,
        city=str(city.get("name", "")),
        phone=str((city.get("phones") or {}).get("road_line", "")),
        now=reading.numbers(db, period, everything),
        before=of(period.before()),
        year_ago=of(period.year_ago()),
        weeks=reading.weeks(db, _weeks_until(period.last), everything),
        kinds=by(period, "category", names),
        kinds_before=by(period.before(), "category", names),
        towns=by(period, "town", {}),
        departments=by(period, "department", _departments(db)),
        map=_map(db, period),
        pairs=pairs.chosen(pairs.found(db, month), written.tickets),
        kind_names=names,
        words=written.words,
        closed_at=closed_at(db, month),
        made_at=clock.now(),
    )


def closed_at(db: Session, month: date) -> datetime | None:
    """Since when the numbers of this month do not change any more."""
    moment: datetime | None = _value(db, _CLOSED, month=month)
    return moment


def is_counted(db: Session, month: date) -> bool:
    """Whether anything happened in this month, or before it."""
    first = _value(db, _FIRST)
    return first is not None and bool(first <= end_of_month(month))


def _value(db: Session, asked: str, **values: Any) -> Any:
    """The first of the first row; None where there is none."""
    row = sql.run(db, asked, **values).fetchone()
    return row[0] if row else None


def _weeks_until(last: date) -> Period:
    monday = last - timedelta(days=last.weekday())
    return Period(monday - timedelta(weeks=WEEKS - 1), last)


def _departments(db: Session) -> dict[str, str]:
    return dict(db.execute(select(Department.key, Department.name)).all())


def _map(db: Session, period: Period) -> MonthMap:
    begin, end = clock.begin_of(period.first), clock.begin_of(period.last + timedelta(days=1))
    rows = sql.run(db, _DOTS, begin=begin, end=end, most=_MOST_DOTS)
    box = sql.run(db, _CITY)[0]
    if box[0] is None and not rows:
        return MonthMap((), (), _LEAST_METRES_A_MM)
    if box[0] is None:
        lons, lats, _ = zip(*rows, strict=True)
        box = (min(lons), min(lats), max(lons), max(lats))
    west, south, east, north = box
    middle = Point((west + east) / 2, (south + north) / 2)
    shrunk = _A_DEGREE * math.cos(math.radians(middle.lat))
    scale = max(
        (east - west) * shrunk / (WIDE - 2 * _MARGIN_MM),
        (north - south) * _A_DEGREE / (HIGH - 2 * _MARGIN_MM),
        _LEAST_METRES_A_MM,
    )
    dots = [
        Dot(
            round((lon - middle.lon) * shrunk, 1),
            round((lat - middle.lat) * _A_DEGREE, 1),
            is_open,
        )
        for lon, lat, is_open in rows
    ]
    return MonthMap(surroundings.around(db, middle, scale * WIDE / 2), dots, scale)


_FIRST: Final = "SELECT min(day) FROM facts"
_CLOSED: Final = "SELECT closed_at FROM fact_months WHERE month = %(month)s"
_CITY: Final = """
    SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
    FROM (SELECT ST_Extent(shape) AS box FROM areas WHERE kind = 'city') AS city
"""
_DOTS: Final = """
    SELECT ST_X(place) AS lon, ST_Y(place) AS lat, closed_at IS NULL AS is_open FROM tickets
    WHERE received_at >= %(begin)s AND received_at < %(end)s
      AND merged_into IS NULL AND NOT is_withdrawn
    ORDER BY id LIMIT %(most)s
"""
