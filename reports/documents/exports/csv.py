"""A list as CSV, as a Japanese Excel opens it: with a BOM, and no cell that it would carry out."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from reports.city.formulas import guarded
from reports.documents.exports.columns import Column, Row
from reports.documents.layers.fields import Value


def write(pieces: Iterable[list[Row]], columns: Mapping[str, Column]) -> Iterator[bytes]:
    """The names of the columns after the BOM, then a line for each row, piece by piece."""
    yield b"\xef\xbb\xbf" + _lines([[column.name for column in columns.values()]])
    for rows in pieces:
        yield _lines([_cell(column.value(row)) for column in columns.values()] for row in rows)


def _cell(value: Value) -> object:
    if isinstance(value, str):
        return guarded("\n".join(value.splitlines()))
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
