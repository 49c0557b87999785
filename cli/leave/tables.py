"""The tables as CSV: UTF-8 with a mark, RFC 4180, and the lists that say what stands in them."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy.orm import Session

from cli.leave.dictionary import Going, Staying
from cli.leave.place import Place
from store import sql

FOLDER: Final = "data"
_BOM: Final = b"\xef\xbb\xbf"
_AT_ONCE: Final = 1_000
Told = Callable[[int], None]
"""How many rows there are by now."""


def write(place: Place, db: Session, one: Going, told: Told) -> int:
    """One table; how many rows it has. Raises OSError, SQLAlchemyError."""
    names = [field.name for field in one.fields]
    with sql.stream(db, query(one, [field.sql for field in one.fields])) as rows:
        return write_csv(place, f"{FOLDER}/{one.table.name}.csv", names, rows, told)


def query(one: Going, columns: Sequence[str], where: str = "true") -> Composed:
    """These texts of each row of the table, in the order of its key."""
    order = SQL(", ").join(map(Identifier, one.table.order)) if one.table.order else SQL("1")
    return SQL("SELECT {} FROM {} t WHERE {} ORDER BY {}").format(
        SQL(", ").join(map(_as_it_stands, columns)),
        Identifier(one.table.name),
        _as_it_stands(where),
        order,
    )


def write_csv(
    place: Place,
    path: str,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Told = lambda _: None,
) -> int:
    """How many rows there were. Raises OSError."""
    many = 0
    with place.new(path) as file:
        file.write(_BOM)
        for piece in _pieces(rows):
            lines = io.StringIO(newline="")
            out = csv.writer(lines, lineterminator="\r\n")
            if not many:
                out.writerow(names)
            out.writerows(piece)
            file.write(lines.getvalue().encode())
            many += len(piece)
            told(many)
        file.rows = many
    return many


def write_dictionary(
    place: Place, goes: Sequence[Going], stays: Iterable[Staying], more: Iterable[Sequence[str]]
) -> None:
    """dictionary.csv and left_out.csv. `more`: lines of files that are no tables."""
    lines = [
        (
            f"{FOLDER}/{one.table.name}.csv", field.name, field.type,
            "yes" if field.may_be_empty else "no", "yes" if field.is_personal else "no",
            field.refers_to, field.means.ja, field.means.en, one.says.ja, one.says.en,
        )
        for one in goes
        for field in one.fields
    ]  # fmt: skip
    write_csv(place, "dictionary.csv", _DICTIONARY, [*lines, *more])
    left = [(one.table, one.column, one.why.ja, one.why.en) for one in stays]
    write_csv(place, "left_out.csv", ("table", "column", "ja", "en"), left)


def _pieces(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    piece: list[Sequence[Any]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == _AT_ONCE:
            yield piece
            piece = []
    yield piece


def _as_it_stands(words: str) -> SQL:
    """Of the dictionary's own making, never of anybody's."""
    return SQL(words.replace("{", "{{").replace("}", "}}"))


_DICTIONARY: Final = (
    "file", "column", "type", "may_be_empty", "personal", "refers_to", "ja", "en", "file_ja",
    "file_en",
)  # fmt: skip
