"""街区レベル位置参照情報 (国土交通省): blocks and lots of a city, or more, as a CSV in cp932."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from sqlalchemy.orm import Session

from geo.gis_import.text_encoding import of_whole
from geo.kinds import BadFile
from geo.points import NoPosition, Point
from geo.towns import plain
from store import sql

_TOWN: Final = "大字・丁目名"
_BLOCK: Final = "街区符号・地番"
_DEMANDED: Final = (_TOWN, _BLOCK, "緯度", "経度")
_COLUMNS: Final = (
    "市区町村名", _TOWN, "小字・通称名", _BLOCK, "緯度", "経度", "代表フラグ", "更新前履歴フラグ",
    "更新後履歴フラグ",
)  # fmt: skip
_NO_TOWN: Final = "(大字なし)"
_SAMPLE: Final = 64 * 1024
_AT_ONCE: Final = 5_000
_NUMBER: Final = re.compile(r"([^0-9]*)([0-9]+)([^.]*)")
"""126, 甲126 (a part of the 大字), 126丙 (left over beside 126); 12.6 is a fault of the file."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many addresses are in use now; how many rows of the file lie elsewhere, are no more, or
    have no number by which somebody could say them."""

    kept: int
    elsewhere: int
    gone: int
    unnumbered: int


@dataclass(frozen=True, slots=True)
class _Address:
    """`main`: where the file puts it, if it puts it at several places."""

    city: str
    town: str
    part: str
    block: str
    point: Point
    main: bool


def load(db: Session, file: Path) -> Loaded:
    """Those of the file, a CSV or the zip that it comes in, that lie in the city take the place of
    all that were there.

    Raises BadFile naming a row; then the caller's transaction has to be given up.
    """
    sql.run(db, _STAGE)
    cities: set[str] = set()
    gone = unnumbered = 0
    some: list[_Address] = []
    for row in _rows(file):
        cities.add(re.sub(r"(?<=市).+区$", "", row.city))
        gone += row.is_gone
        unnumbered += not (row.is_gone or row.addresses)
        some += () if row.is_gone else row.addresses
        if len(some) >= _AT_ONCE:
            _stage(db, some)
            some = []
    _stage(db, some)
    if len(cities) > 1 and not _has_outline(db):
        raise BadFile(
            f"{file.name}: {len(cities)}市区町村の住所があります。先に市の区域を"
            " michi load areas で読みこんでください / load the city's outline first"
        )
    elsewhere = sql.run(db, _LEAVE_OUT).rowcount
    sql.run(db, "DELETE FROM addresses")
    kept = sql.run(db, _KEEP).rowcount
    if not kept:
        raise BadFile(f"{file.name}: 市の区域の中に住所がありません / no address lies in the city")
    sql.run(db, _KEEP_SHORT)
    return Loaded(kept, elsewhere, gone, unnumbered)


def _has_outline(db: Session) -> bool:
    return sql.run(db, "SELECT FROM areas WHERE kind = 'city' LIMIT 1").fetchone() is not None


@dataclass(frozen=True, slots=True)
class _Row:
    city: str
    is_gone: bool
    addresses: tuple[_Address, ...]


def _rows(file: Path) -> Iterator[_Row]:
    with _opened(file) as text:
        rows = csv.reader(text, strict=True)
        try:
            at = _columns(file, next(rows, []))
            for cells in rows:
                if any(cells):
                    yield _row(f"{file.name}, {rows.line_num}行目 / line", cells, at)
        except csv.Error as broken:
            raise BadFile(f"{file.name}, {rows.line_num}行目 / line: {broken}") from broken


@contextmanager
def _opened(file: Path) -> Iterator[IO[str]]:
    """A letter that no encoding knows is shown as such, as of one city it must not stop another."""
    try:
        with _bytes(file) as sample:
            head = sample.read(_SAMPLE)
        whole_lines = head[: head.rfind(b"\n") + 1] or head
        encoding = of_whole(whole_lines, file.name).name
        with _bytes(file) as raw:
            yield io.TextIOWrapper(
                raw, "utf-8-sig" if encoding == "utf-8" else encoding, "replace", newline=""
            )
    except OSError as away:
        raise BadFile(f"{file}: 読めません / cannot be read ({away.strerror})") from away


@contextmanager
def _bytes(file: Path) -> Iterator[IO[bytes]]:
    with file.open("rb") as raw:
        if not zipfile.is_zipfile(raw):
            raw.seek(0)
            yield raw
            return
        with zipfile.ZipFile(raw) as packed:
            tables = [name for name in packed.namelist() if name.lower().endswith(".csv")]
            if len(tables) != 1:
                raise BadFile(
                    f"{file.name}: CSV が {len(tables)}個あります。1個だけを渡してください"
                    " / holds other than one CSV"
                )
            with packed.open(tables[0]) as table:
                yield table


def _columns(file: Path, head: Sequence[str]) -> Mapping[str, int]:
    """Where each column is, however the year of the file writes its name."""
    places = {_plainly(name): place for place, name in enumerate(head)}
    at = {name: places[_plainly(name)] for name in _COLUMNS if _plainly(name) in places}
    if set(_DEMANDED) <= set(at):
        return at
    if _TOWN in at and _BLOCK not in at:
        raise BadFile(
            f"{file.name}: 大字・町丁目レベルです。街区レベル位置参照情報を渡してください"
            " / has towns alone: take the file of blocks"
        )
    raise BadFile(
        f"{file.name}: 見出しに {'・'.join(_DEMANDED)} がありません / these columns are missing"
    )


def _plainly(name: str) -> str:
    words = re.sub(r"[\s・_]", "", unicodedata.normalize("NFKC", name))
    return words.replace("町丁目", "丁目")


def _row(where: str, cells: Sequence[str], at: Mapping[str, int]) -> _Row:
    try:
        told = {name: cells[place].strip() for name, place in at.items()}
        point = Point(float(told["経度"]), float(told["緯度"]))
    except (IndexError, ValueError, NoPosition) as wrong:
        raise BadFile(f"{where}: {wrong}") from wrong
    is_gone = told.get("更新後履歴フラグ") in ("2", "3") or told.get("更新前履歴フラグ") == "3"
    return _Row(told.get("市区町村名", ""), is_gone, tuple(_addresses(told, point)))


def _addresses(told: Mapping[str, str], point: Point) -> Iterator[_Address]:
    """Of one row; since 2023 one may name several lots, 24,29."""
    town = _named(told[_TOWN]).removeprefix(_NO_TOWN)
    part = _named(told.get("小字・通称名", ""))
    for block in re.split(r"[,、]", unicodedata.normalize("NFKC", told[_BLOCK])):
        number = _NUMBER.fullmatch(block.strip())
        if number and (town or part):
            before, digits, after = number.groups()
            whole = part if part.endswith(before) else part + before
            main = told.get("代表フラグ") == "1" and not after
            yield _Address(told.get("市区町村名", ""), town, whole, digits, point, main)


_named: Final = lru_cache(maxsize=1024)(plain)
"""Of neighbouring rows one and the same."""


def _stage(db: Session, some: Sequence[_Address]) -> None:
    sql.run(
        db, _ADD,
        cities=[one.city for one in some], towns=[one.town for one in some],
        parts=[one.part for one in some], blocks=[one.block for one in some],
        lons=[one.point.lon for one in some], lats=[one.point.lat for one in some],
        mains=[one.main for one in some],
    )  # fmt: skip


_STAGE: Final = """
    CREATE TEMPORARY TABLE addresses_read (
        city varchar, town varchar, part varchar, block varchar, main boolean,
        place geometry(POINT, 4326)) ON COMMIT DROP
"""
_ADD: Final = """
    INSERT INTO addresses_read (city, town, part, block, main, place)
    SELECT city, town, part, block, main, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
    FROM unnest(%(cities)s::text[], %(towns)s::text[], %(parts)s::text[], %(blocks)s::text[],
                %(mains)s::boolean[], %(lons)s::float8[], %(lats)s::float8[])
        AS a (city, town, part, block, main, lon, lat)
"""
_LEAVE_OUT: Final = """
    DELETE FROM addresses_read r
    WHERE EXISTS (SELECT FROM areas WHERE kind = 'city')
      AND NOT EXISTS (SELECT FROM areas a WHERE a.kind = 'city' AND ST_Covers(a.shape, r.place))
"""
# The same town in two wards, or across the border: then the ward's or city's name says which.
_KEEP: Final = """
    INSERT INTO addresses (town, block, place)
    SELECT CASE WHEN min(city) OVER same <> max(city) OVER same
                THEN city || town || part ELSE town || part END, block, place
    FROM (SELECT DISTINCT ON (city, town, part, block) city, town, part, block, place
          FROM addresses_read ORDER BY city, town, part, block, main DESC) AS one
    WINDOW same AS (PARTITION BY town || part, block)
"""
# A lot of one part alone is also said without its 小字.
_KEEP_SHORT: Final = """
    INSERT INTO addresses (town, block, place)
    SELECT r.town, r.block, (array_agg(r.place ORDER BY r.main DESC))[1] FROM addresses_read r
    WHERE r.town <> '' GROUP BY r.town, r.block
    HAVING min(r.part) <> '' AND min(r.part) = max(r.part) AND min(r.city) = max(r.city)
"""
