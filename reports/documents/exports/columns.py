"""The columns of a list that is saved: what stands in each, of which type, under which name."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Self

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from geo.nearby import road_words
from reports.city import clock, profile
from reports.city.categories import Category
from reports.documents.layers.fields import Type, Value
from reports.routing import versions
from reports.tickets import words
from reports.tickets.read_models import TicketSummary
from settings import settings


class Link(str):
    """The address of a page."""


@dataclass(frozen=True, slots=True)
class City:
    """How the city speaks of tickets, on this day; `closed`: its closing days."""

    name: str
    categories: Mapping[str, Category]
    districts: Mapping[str, str]
    closed: Collection[date]
    day: date

    @classmethod
    def today(cls, db: Session) -> Self:
        facts = profile.profile(db)
        return cls(
            str(facts.get("name", "")),
            profile.categories(db),
            versions.known(db).districts,
            profile.closing_days(facts),
            clock.today(),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of the list; `beside`: what `rows.read` was asked for besides, by its name."""

    line: TicketSummary
    city: City
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """`wide`: in letters. `usual`: chosen where nothing is. `is_personal`: what residents wrote.
    `beside`: what `value` needs of `Row.beside`. `type`: of its values, where files have types; a
    datetime is on the city's clocks, None is an empty cell."""

    name: str
    value: Callable[[Row], Value]
    wide: int
    usual: bool = True
    is_personal: bool = False
    beside: str = ""
    type: Type = "text"


class NoSuchColumn(ValueError):
    """Its only argument is what was asked for."""


def chosen(keys: Collection[str]) -> dict[str, Column]:
    """These columns in the order of `COLUMNS`, or the usual ones. Raises NoSuchColumn."""
    if unknown := [key for key in keys if key not in COLUMNS]:
        raise NoSuchColumn(unknown[0])
    return {
        key: column for key, column in COLUMNS.items() if (key in keys if keys else column.usual)
    }


def besides(columns: Iterable[Column]) -> set[str]:
    """What `rows.read` is to read besides for these columns."""
    return {column.beside for column in columns if column.beside}


def category_words(row: Row) -> str:
    category = row.city.categories.get(row.line.category)
    return category.name("ja") if category else row.line.category


def owner_words(row: Row) -> str:
    return OWNER_NAMES.get(row.line.owner or "", row.line.owner or "")


def road_of(row: Row) -> str:
    """小金井街道(都道15): the road that decided; "" where none was near."""
    road = row.line.why.get("road") or {}
    return road_words(road.get("name"), road.get("ref"))


def time_left(row: Row) -> str:
    return words.time_left(row.line, row.city.day, row.city.closed)


def _asset(row: Row) -> str:
    return str((row.line.why.get("asset") or {}).get("key") or "")


def _district(row: Row) -> str:
    district = row.line.district or ""
    return row.city.districts.get(district, district)


def _local(when: datetime | None) -> datetime | None:
    """To the minute, as everywhere."""
    return clock.local(when).replace(second=0, microsecond=0) if when else None


def _page(row: Row) -> Link:
    return Link(f"{settings().base}/staff/tickets/{row.line.number}")


COLUMNS: Final[Mapping[str, Column]] = {
    "number": Column("受付番号", lambda row: row.line.number, 14),
    "status": Column("状態", lambda row: words.status_words(row.line), 16),
    "category": Column("種類", category_words, 20),
    "urgent": Column("緊急", lambda row: "緊急" if row.line.urgent else "", 6),
    "place": Column("場所", lambda row: row.line.place_name, 26),
    "district": Column("地区", _district, 14),
    "lat": Column("緯度", lambda row: round(row.line.lat, 6), 11, type="degrees"),
    "lon": Column("経度", lambda row: round(row.line.lon, 6), 11, type="degrees"),
    "owner": Column("道路管理者", owner_words, 12),
    "road": Column("道路", road_of, 24, usual=False),
    "asset": Column("設備の管理番号", _asset, 16, usual=False),
    "department": Column("担当課", lambda row: row.line.department_name or words.NOBODY, 18),
    "person": Column("担当者", lambda row: row.line.assignee or "", 14),
    "deadline": Column("期限", lambda row: row.line.deadline, 12, type="day"),
    "left": Column("期限まで", time_left, 16),
    "received": Column("受付", lambda row: _local(row.line.received_at), 17, type="moment"),
    "closed": Column("終了", lambda row: _local(row.line.closed_at), 17, type="moment"),
    "followers": Column("受け取る人", lambda row: row.line.followers, 11, type="whole"),
    "photo": Column("写真", lambda row: "あり" if row.line.photo_id else "", 6),
    "unread": Column(
        "未対応の返信", lambda row: "あり" if row.line.unread else "", 13, usual=False
    ),
    "merged": Column("まとめた先", lambda row: row.line.merged_into, 14),
    "page": Column("受付票", _page, 44),
    "hints": Column(
        "通報した人の場所の説明", lambda row: row.beside["hints"], 36, False, True, "hints"
    ),
    "words": Column("通報した人の言葉", lambda row: row.beside["words"], 60, False, True, "words"),
}
"""By the key that stands in the address."""
