"""The columns of the data: one table for every form and for the dictionary. Pure.

Names and order are those of the 自治体標準オープンデータセット of the Digital Agency where it has
them: code, ID and name first, the address in parts, 緯度 and 経度 in degrees, days in ISO 8601.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from geo.kinds import OWNER_NAMES
from reports.documents.open_data.anonymise import Class, Shown
from reports.published.shape import PublicTicket

Value = str | int | float | date | None
Type = Literal["text", "whole", "degrees", "day"]
Record = tuple[Value, ...]
"""The values of a row in the order of COLUMNS."""
EDITION: Final = 1
"""Of the columns: another one makes a new version of each month that is made anew."""

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("受付", "open"),
    "in_progress": ("対応中", "in progress"),
    "made_safe": ("応急処置済", "made safe"),
    "fixed": ("対応済", "fixed"),
    "not_ours": ("他の管理者へ引継ぎ", "passed to another authority"),
    "closed": ("終了", "closed"),
}
_LEFT_OUT: Final[Mapping[tuple[bool, bool], str]] = {
    (False, False): "なし",
    (True, False): "町字",
    (False, True): "種類",
    (True, True): "町字・種類",
}
"""Whether the town, and whether the kind was left out."""


class Reduced(NamedTuple):
    """What of a public ticket may come into the data: no number, words or photos, days alone."""

    category: str
    state: str
    owner: str
    department: str | None
    town: str | None
    road: str | None
    lon: float
    lat: float
    received: str
    looked: str | None
    safe: str | None
    fixed: str | None
    closed: str | None

    @property
    def of_class(self) -> Class:
        """Of the rule."""
        return Class(self.town, self.category)


class Names(NamedTuple):
    """How the city calls things: its code, prefecture and own name, its categories by key."""

    code: str
    prefecture: str
    city: str
    categories: Mapping[str, str]


class Row(NamedTuple):
    """A ticket as it is published; `id`: its place in the file, from 1."""

    id: int
    ticket: Reduced
    shown: Shown
    names: Names


@dataclass(frozen=True, slots=True)
class Column:
    """`key`: its name for programs; `name`: in the CSV; `about`: in Japanese and in English."""

    key: str
    name: str
    type: Type
    value: Callable[[Row], Value]
    about: tuple[str, str]


def reduced(ticket: PublicTicket, local: Callable[[datetime], datetime]) -> Reduced:
    """`local`: a moment on the city's clocks."""

    def day(moment: datetime | None) -> str | None:
        return local(moment).date().isoformat() if moment else None

    return Reduced(
        category=ticket.category,
        state=ticket.state,
        owner=ticket.owner,
        department=ticket.department,
        town=ticket.town,
        road=ticket.road,
        lon=round(ticket.lon, 6),
        lat=round(ticket.lat, 6),
        received=local(ticket.received_at).date().isoformat(),
        looked=day(ticket.looked_at),
        safe=day(ticket.safe_at),
        fixed=day(ticket.fixed_at),
        closed=day(ticket.closed_at),
    )


def record(row: Row) -> Record:
    """Its values."""
    return tuple(column.value(row) for column in COLUMNS)


def numbered(values: Record, id: int) -> Record:
    """The same with this ID."""
    return (*values[:_ID], id, *values[_ID + 1 :])


def point_of(values: Record) -> tuple[float, float] | None:
    """Longitude and latitude of a record; None where they are left out."""
    lon, lat = values[_LON], values[_LAT]
    return (float(lon), float(lat)) if isinstance(lon, float) and isinstance(lat, float) else None


def _if_whole(name: str) -> Callable[[Row], Value]:
    """A field of the ticket, of rows of which nothing is left out."""
    return lambda row: (getattr(row.ticket, name) or None) if row.shown.is_whole else None


def _day(name: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        written: str | None = getattr(row.ticket, name)
        return date.fromisoformat(written) if written else None

    return value


def _category(row: Row) -> Value:
    key = row.shown.category
    return row.names.categories.get(key, key) if key else None


def _owner(row: Row) -> Value:
    return OWNER_NAMES.get(row.ticket.owner) if row.shown.is_whole else None


def _left_out(row: Row) -> Value:
    return _LEFT_OUT[row.shown.without_town, row.shown.without_category]


_DAYS: Final = (
    ("received", "受付日", ("通報を受け付けた日。", "Day on which it was reported.")),
    ("looked", "確認日", ("市が最初に確認した日。", "Day on which the city first looked at it.")),
    ("safe", "応急処置日", ("応急処置をした日。", "Day on which it was made safe.")),
    ("fixed", "対応完了日", ("対応が済んだ日。", "Day on which it was mended.")),
    ("closed", "終了日", ("受付票が終わった日。", "Day on which it was closed.")),
)
"""By the field of a ticket: the column's name, and what it is."""
COLUMNS: Final = (
    Column(
        "code", "全国地方公共団体コード", "text", lambda row: row.names.code or None,
        ("この市の全国地方公共団体コード(6桁)。", "Code of the municipality, six digits."),
    ),
    Column(
        "id", "ID", "whole", lambda row: row.id,
        (
            "このファイルの中の番号。受付番号ではなく、版が変わると変わります。",
            "The row's place in this file. It is no ticket number, and is another in each version.",
        ),
    ),
    Column(
        "municipality", "地方公共団体名", "text", lambda row: row.names.city,
        ("この市の名前。", "Name of the municipality."),
    ),
    Column(
        "category", "種類コード", "text", lambda row: row.shown.category,
        (
            "通報の種類の記号。匿名化で省いた行では空欄。",
            "Key of the kind of problem; empty where it is left out.",
        ),
    ),
    Column(
        "category_name", "種類", "text", _category,
        (
            "通報の種類。匿名化で省いた行では空欄。",
            "The kind of problem in Japanese; empty where it is left out.",
        ),
    ),
    Column(
        "prefecture", "所在地_都道府県", "text", lambda row: row.names.prefecture or None,
        ("都道府県の名前。", "Name of the prefecture."),
    ),
    Column(
        "city", "所在地_市区町村", "text", lambda row: row.names.city,
        ("市区町村の名前。", "Name of the city."),
    ),
    Column(
        "town", "所在地_町字", "text", lambda row: row.shown.town,
        (
            "町字。匿名化で省いた行と、町名のない場所では空欄。",
            "Town; empty where it is left out and where the place has none.",
        ),
    ),
    Column(
        "lat", "緯度", "degrees", _if_whole("lat"),
        (
            "世界測地系の緯度(度)。道路に沿って10mごとの点。匿名化した行では空欄。",
            "Latitude in degrees (WGS 84), to ten metres along the road; empty in rows of which"
            " something is left out.",
        ),
    ),
    Column(
        "lon", "経度", "degrees", _if_whole("lon"),
        (
            "世界測地系の経度(度)。道路に沿って10mごとの点。匿名化した行では空欄。",
            "Longitude in degrees (WGS 84), as the latitude.",
        ),
    ),
    Column(
        "road", "道路名", "text", _if_whole("road"),
        (
            "最寄りの道路の名前。匿名化した行では空欄。",
            "Name of the road; empty in rows of which something is left out.",
        ),
    ),
    Column(
        "owner", "道路管理者", "text", _owner,
        (
            "国、都道府県、市、その他。匿名化した行では空欄。",
            "Whose road it is: 国 (nation), 都道府県 (prefecture), 市 (city), その他 (others);"
            " empty in rows of which something is left out.",
        ),
    ),
    Column(
        "department", "担当課", "text", _if_whole("department"),
        (
            "対応する課。匿名化した行では空欄。",
            "The department; empty in rows of which something is left out.",
        ),
    ),
    Column(
        "state", "状態コード", "text", lambda row: row.ticket.state,
        (
            "このデータを作った時の状態の記号。"
            + "、".join(f"{key}({ja})" for key, (ja, _) in STATES.items()),
            f"How it stood when this was made: {', '.join(STATES)}.",
        ),
    ),
    Column(
        "state_name", "状態", "text",
        lambda row: STATES.get(row.ticket.state, (row.ticket.state,))[0],
        ("このデータを作った時の状態。", "The same in Japanese."),
    ),
    *(Column(key, name, "day", _day(key), about) for key, name, about in _DAYS),
    Column(
        "left_out", "匿名化", "text", _left_out,
        (
            "匿名化のために省いた項目: なし、町字、種類、町字・種類。",
            "What is left out to protect people: なし (nothing), 町字 (town), 種類 (kind), both.",
        ),
    ),
)  # fmt: skip
_KEYS: Final = [column.key for column in COLUMNS]
_ID, _LON, _LAT = (_KEYS.index(key) for key in ("id", "lon", "lat"))
