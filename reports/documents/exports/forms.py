"""The forms in which a list can be saved, and the one door to all of them."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final, Self

from reports.city import clock
from reports.documents.exports import columns as all_columns
from reports.documents.exports import csv, geojson, printed, rows, workbook
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
    most: int = 100_000


FORMS: Final[Mapping[str, Form]] = {
    "xlsx": Form(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 5_000
    ),
    "csv": Form("CSV", "text/csv; charset=utf-8", 20_000),
    "geojson": Form("GeoJSON", "application/geo+json", 20_000),
    "pdf": Form("PDF", "application/pdf", 100, most=500),
}
"""By the ending of the file's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as somebody wants it: `ids` of its tickets in its order, keys of `columns` (none: the
    usual ones), its `conditions` in words, and the moment, in the city's time."""

    form: str
    ids: Sequence[int]
    columns: Sequence[str]
    conditions: str
    at: datetime

    @property
    def name(self) -> str:
        """Of the file."""
        return f"受付票_{self.at:%Y-%m-%d}.{self.form}"

    def to_json(self) -> dict[str, Any]:
        """Without the ids."""
        return {
            "form": self.form,
            "columns": list(self.columns),
            "conditions": self.conditions,
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any], ids: Sequence[int]) -> Self:
        at = clock.local(datetime.fromisoformat(told["at"]))
        return cls(told["form"], ids, told["columns"], told["conditions"], at)


def make(asked: Asked, note: Note = lambda done: None) -> Iterator[bytes]:
    """The file, piece by piece, its memory as flat as that of `rows.read`; `note` hears how many of
    its tickets are done.

    To be called outside of any transaction. Raises NoSuchColumn, paper.NoFont, FilesAway.
    """
    columns = all_columns.chosen(asked.columns)
    if asked.form == "pdf":
        pieces = rows.read(asked.ids, printed.BESIDES, lambda done: None)
        yield printed.draw(pieces, asked.conditions, asked.at, photo_store(), note)
        return
    pieces = rows.read(asked.ids, all_columns.besides(columns.values()), note)
    title = asked.name.rpartition(".")[0]
    if asked.form == "xlsx":
        with tempfile.TemporaryFile(prefix="michi-list-") as file:
            workbook.write(pieces, columns, title, file)
            yield from blocks(file)
    elif asked.form == "geojson":
        yield from geojson.write(pieces, columns, title)
    else:
        yield from csv.write(pieces, columns)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """All of it, from its beginning, BLOCK bytes at a time."""
    file.seek(0)
    while block := file.read(BLOCK):
        yield block
