"""The data as CSV: UTF-8 with a BOM, days in ISO 8601, as the 自治体標準オープンデータセット is."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from reports.city.formulas import guarded
from reports.documents.open_data.columns import COLUMNS, Column, Record, Value

BOM: Final = b"\xef\xbb\xbf"
_TYPES: Final = {"text": "文字列", "whole": "整数", "degrees": "小数(度)", "day": "日付"}
_HEAD: Final = ("項目名", "英字名", "形式", "説明", "Description")


def write(path: Path, records: Iterable[Record]) -> None:
    """The names of the columns, then a line for each row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(names())
        lines.writerows(map(_cells, records))


def names() -> list[str]:
    """Of the columns, in their order."""
    return [column.name for column in COLUMNS]


def rows(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    """The cells of a file that was written so, its head first; `pieces`: of its bytes."""
    yield from csv.reader(_lines(pieces))


def dictionary() -> bytes:
    """What each column is, in Japanese and in English."""
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(_HEAD)
    lines.writerows(map(_told, COLUMNS))
    return BOM + out.getvalue().encode()


def type_words(column: Column) -> str:
    """日付."""
    return _TYPES[column.type]


def _told(column: Column) -> Sequence[str]:
    japanese, english = column.about
    return column.name, column.key, type_words(column), japanese, english


def _cells(values: Record) -> list[object]:
    return [_cell(value) for value in values]


def _cell(value: Value) -> object:
    if isinstance(value, str):
        return guarded(" ".join(value.splitlines()))
    if isinstance(value, float):
        return f"{value:.6f}"
    return value.isoformat() if isinstance(value, date) else value


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """No cell has a line's end within."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\r\n")
        yield from (line.removeprefix(BOM).decode() for line in whole)
    if rest:
        yield rest.removeprefix(BOM).decode()
