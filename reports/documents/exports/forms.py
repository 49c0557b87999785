"""The forms in which a list can be saved, and the one door to all of them."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, Self

from reports.city import clock
from reports.documents.exports import columns as all_columns
from reports.documents.exports import csv, geojson, layer, printed, rows, workbook
from reports.documents.exports.columns import Column, Row
from reports.documents.exports.rows import Note
from reports.photos.photo_store import photo_store

BLOCK: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """`most`: tickets in one file. More than `at_once` take longer than somebody waits in front of
    a page (some two seconds on the machine of docs/figures.md): a worker makes their file."""

    name: str
    media_type: str
    at_once: int
    most: int = 1_000_000


FORMS: Final[Mapping[str, Form]] = {
    "xlsx": Form(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        5_000,
        most=workbook.MOST_ROWS,
    ),
    "csv": Form("CSV", "text/csv; charset=utf-8", 20_000),
    "geojson": Form("GeoJSON", "application/geo+json", 20_000),
    "gpkg": Form("GeoPackage", "application/geopackage+sqlite3", 10_000),
    "parquet": Form("Parquet", "application/vnd.apache.parquet", 20_000),
    "pdf": Form("PDF", "application/pdf", 100, most=500),
}
"""By the ending of the file's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as somebody wants it: keys of `columns` (none: the usual ones), its `conditions` in
    words, and the moment, in the city's time. Which tickets, is told beside it."""

    form: str
    columns: Sequence[str]
    conditions: str
    at: datetime

    @property
    def name(self) -> str:
        """Of the file."""
        return f"受付票_{self.at:%Y-%m-%d}.{self.form}"

    @property
    def is_personal(self) -> bool:
        """Whether words of residents will stand in it."""
        known = [each for key, each in all_columns.COLUMNS.items() if key in self.columns]
        return self.form != "pdf" and any(column.is_personal for column in known)

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "form": self.form,
            "columns": list(self.columns),
            "conditions": self.conditions,
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        at = clock.local(datetime.fromisoformat(told["at"]))
        return cls(told["form"], told["columns"], told["conditions"], at)


def make(
    asked: Asked, ids: Iterable[Sequence[int]], note: Note = lambda done: None
) -> Iterator[bytes]:
    """The file of the tickets of these ids, which come in pieces in the list's order; piece by
    piece, its memory as flat as that of `rows.read`. `note` hears how many are done.

    To be called outside of any transaction. Raises NoSuchColumn, paper.NoFont, FilesAway, OSError
    where the disk is full.
    """
    columns = all_columns.chosen(asked.columns)
    if asked.form == "pdf":
        pieces = rows.read(ids, printed.BESIDES, lambda done: None)
        yield printed.draw(pieces, asked.conditions, asked.at, photo_store(), note)
        return
    pieces = rows.read(ids, all_columns.besides(columns.values()), note)
    title = asked.name.rpartition(".")[0]
    if asked.form == "geojson":
        yield from geojson.write(pieces, columns, title)
    elif asked.form == "csv":
        yield from csv.write(pieces, columns)
    else:
        with tempfile.TemporaryDirectory(prefix="michi-list-") as folder:
            path = Path(folder) / f"list.{asked.form}"
            _write(asked, path, pieces, columns, title)
            with path.open("rb") as file:
                yield from blocks(file)


def _write(
    asked: Asked,
    path: Path,
    pieces: Iterable[list[Row]],
    columns: Mapping[str, Column],
    title: str,
) -> None:
    """What is written by going back in it: onto this machine's disk first. What writes the last two
    is loaded then: pages have no use for it."""
    if asked.form == "xlsx":
        with path.open("wb") as file:
            return workbook.write(pieces, columns, title, file)
    as_layer, features = layer.layer(columns, title), layer.features(pieces, columns)
    if asked.form == "gpkg":
        from reports.documents.layers import geopackage

        made = asked.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return geopackage.write(path, features, as_layer, made)
    from reports.documents.layers import parquet

    return parquet.write(path, features, as_layer)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """All of it, from its beginning, BLOCK bytes at a time."""
    file.seek(0)
    while block := file.read(BLOCK):
        yield block
