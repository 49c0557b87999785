"""街区レベル位置参照情報 (国土交通省): blocks and lots of a city, or more, as a CSV in cp932."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from geo.gis_import.text_encoding import of_whole
from geo.kinds import BadFile
from geo.points import NoPosition, Point
from geo.towns import plain
from store import sql

_COLUMNS: Final = ("大字・丁目名", "街区符号・地番", "緯度", "経度")
_OLD: Final = ("大字町丁目名", "街区符号・地番", "緯度", "経度")
"""As files before 2008 name them."""
_GONE: Final = "更新後履歴フラグ"
_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many addresses are in use now; how many of the file lie elsewhere, or are no more."""

    kept: int
    elsewhere: int
    gone: int


def load(db: Session, file: Path) -> Loaded:
    """Those of the file that lie in the city take the place of all that were there.

    Raises BadFile naming a row; then the caller's transaction has to be given up.
    """
    rows = _rows(file)
    sql.run(db, _STAGE)
    read = gone = 0
    some: list[tuple[str, str, Point]] = []
    for town, block, point, is_gone in rows:
        gone += is_gone
        if not is_gone:
            some.append((town, block, point))
            read += 1
        if len(some) == _AT_ONCE:
            _stage(db, some)
            some = []
    _stage(db, some)
    sql.run(db, "DELETE FROM addresses")
    kept = sql.run(db, _KEEP).rowcount
    if not kept:
        raise BadFile(f"{file.name}: 市の区域の中に住所がありません / no address lies in the city")
    return Loaded(kept, read - kept, gone)


def _rows(file: Path) -> Iterator[tuple[str, str, Point, bool]]:
    try:
        raw = file.read_bytes()
    except OSError as away:
        raise BadFile(f"{file}: 読めません / cannot be read ({away.strerror})") from away
    text = raw.decode(of_whole(raw, file.name).name)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        head = next(rows, [])
        at = _columns(file, head)
        gone = head.index(_GONE) if _GONE in head else None
        for cells in rows:
            if any(cells):
                where = f"{file.name}, {rows.line_num}行目 / line"
                yield *_row(where, cells, at), _is_gone(cells, gone)
    except csv.Error as broken:
        raise BadFile(f"{file.name}, {rows.line_num}行目 / line: {broken}") from broken


def _columns(file: Path, head: Sequence[str]) -> list[int]:
    for names in (_COLUMNS, _OLD):
        if set(names) <= set(head):
            return [head.index(name) for name in names]
    raise BadFile(
        f"{file.name}: 見出しに {'・'.join(_COLUMNS)} がありません / these columns are missing"
    )


def _row(where: str, cells: Sequence[str], at: Sequence[int]) -> tuple[str, str, Point]:
    try:
        town, block, lat, lon = (cells[column].strip() for column in at)
        return plain(town), plain(block), Point(float(lon), float(lat))
    except (IndexError, ValueError, NoPosition) as wrong:
        raise BadFile(f"{where}: {wrong}") from wrong


def _is_gone(cells: Sequence[str], at: int | None) -> bool:
    """The last that a file says of an address: it has been renamed, or is no more."""
    return at is not None and len(cells) > at and cells[at].strip() in ("2", "3")


def _stage(db: Session, some: Sequence[tuple[str, str, Point]]) -> None:
    if some:
        towns, blocks, points = zip(*some, strict=True)
        sql.run(
            db, _ADD, towns=list(towns), blocks=list(blocks),
            lons=[point.lon for point in points], lats=[point.lat for point in points],
        )  # fmt: skip


_STAGE: Final = """
    CREATE TEMPORARY TABLE addresses_read (
        town varchar, block varchar, place geometry(POINT, 4326)) ON COMMIT DROP
"""
_ADD: Final = """
    INSERT INTO addresses_read (town, block, place)
    SELECT town, block, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
    FROM unnest(%(towns)s::text[], %(blocks)s::text[], %(lons)s::float8[], %(lats)s::float8[])
        AS a (town, block, lon, lat)
"""
_KEEP: Final = """
    INSERT INTO addresses (town, block, place)
    SELECT DISTINCT ON (r.town, r.block) r.town, r.block, r.place FROM addresses_read r
    WHERE NOT EXISTS (SELECT FROM areas WHERE kind = 'city')
       OR EXISTS (SELECT FROM areas a WHERE a.kind = 'city' AND ST_Covers(a.shape, r.place))
    ORDER BY r.town, r.block
"""
