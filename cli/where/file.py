"""Many places at once: a CSV with lon and lat in, the same with answers out."""

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from geo.gis_import.text_encoding import of_whole
from geo.kinds import BadFile
from geo.points import NoPosition, Point
from reports.city.formulas import guarded
from reports.routing.preview import Answer, ask, point_of
from store.database import transaction

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class How:
    """What is asked, and where the answer goes: to the terminal, or `to` a file."""

    category: str | None
    urgent: bool
    as_json: bool
    to: Path | None


def answer(file: Path, how: How, errors: Console) -> int:
    """Answers every row that can be read; then names the others. Returns how many those are.

    Raises BadFile, NoSuchCategory; then nothing was written.
    """
    columns, rows = _read(file)
    good = [row for row in rows if row.point]
    answers: dict[int, Answer] = {}
    with _bar(errors, len(good)) as done:
        for start in range(0, len(good), AT_ONCE):
            some = good[start : start + AT_ONCE]
            with transaction() as db:
                points = [row.point for row in some if row.point]
                found = ask(db, points, category=how.category, urgent=how.urgent)
            answers |= {row.line: each for row, each in zip(some, found, strict=True)}
            done(len(some))
    facts = [_facts(row, answers.get(row.line), how.category) for row in rows]
    with opened(how.to, for_excel=not how.as_json) as out:
        (_write_json if how.as_json else _write_csv)(out, columns, rows, facts)
    wrong = [row for row in rows if row.error]
    for row in wrong:
        errors.print(f"[red]✗[/red] {escape(f'{row.line}行目 / line {row.line}: {row.error}')}")
    return len(wrong)


def flat(answer: Answer, category: str | None) -> dict[str, Any]:
    """What is known by name; with a category its decision beside it, else all of them by key."""
    if category is not None:
        decision = next((each.to_json() for each in answer.decisions), {"category": category})
        return answer.to_json() | dict.fromkeys(_OF_CATEGORY) | decision
    return answer.to_json() | {
        "departments": {each.category.key: each.to_json() for each in answer.decisions}
    }


@contextlib.contextmanager
def opened(to: Path | None, *, for_excel: bool = False) -> Iterator[IO[str]]:
    """The file, for Excel with a byte-order mark; without one the terminal. Raises BadFile."""
    if to is None:
        yield typer.get_text_stream("stdout", encoding="utf-8")
        return
    try:
        with to.open("w", encoding="utf-8-sig" if for_excel else "utf-8", newline="") as out:
            yield out
    except OSError as away:
        raise BadFile(f"{to}: 書けません / cannot be written ({away.strerror})") from away


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file; `line`: where it ends there, counted from 1."""

    line: int
    cells: Sequence[str]
    point: Point | None
    error: str = ""


_OF_CATEGORY: Final = (
    "category", "urgent", "reason", "department", "department_name", "rule", "asset",
    "asset_owner",
)  # fmt: skip


def _read(file: Path) -> tuple[list[str], list[_Row]]:
    try:
        raw = file.read_bytes()
    except OSError as away:
        raise BadFile(f"{file}: 読めません / cannot be read ({away.strerror})") from away
    text = _text(raw, file.name)
    # not splitlines(), which knows ends of lines that no table has
    rows = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_separator(text))
    try:
        columns = next(rows, [])
        if columns == _SEPARATOR_FIRST:
            columns = next(rows, [])
        at = _columns(file, columns)
        return columns, [
            _row(rows.line_num, cells, len(columns), at) for cells in rows if any(cells)
        ]
    except csv.Error as broken:
        raise BadFile(f"{file.name}, {rows.line_num}行目 / line: {broken}") from broken


_SEPARATORS: Final = ",\t;"
_SEPARATOR_FIRST: Final = ["sep=", ""]
"""What some write in front for Excel: `sep=,`."""


def _text(raw: bytes, name: str) -> str:
    encoding = of_whole(raw, name).name
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as cut:
        raise BadFile(f"{name}: 途中で切れています / it breaks off") from cut


def _separator(text: str) -> str:
    """The one of the first line."""
    first = re.split("[\r\n]", text, maxsplit=1)[0]
    return next((sign for sign in _SEPARATORS if sign in first), ",")


_PLACE: Final = (("lon", "lng", "longitude", "経度"), ("lat", "latitude", "緯度"))
"""What the two columns may be called, the surest first."""


def _columns(file: Path, columns: Sequence[str]) -> tuple[int, int]:
    names = [column.strip().casefold() for column in columns]
    lon, lat = (next((names.index(each) for each in of if each in names), None) for of in _PLACE)
    if lon is None or lat is None:
        there = ", ".join(columns) or "なし / none"
        raise BadFile(
            f"{file.name}: 列 lon と lat(または 経度 と 緯度)が要ります"
            f" / columns lon and lat are needed; 列 / columns: {there}"
        )
    return lon, lat


def _row(line: int, cells: list[str], wide: int, at: tuple[int, int]) -> _Row:
    if len(cells) > wide:
        return _Row(line, cells[:wide], None, "列が多すぎます / too many columns")
    cells = cells + [""] * (wide - len(cells))
    try:
        return _Row(line, cells, point_of(cells[at[0]], cells[at[1]]))
    except NoPosition as wrong:
        return _Row(line, cells, None, str(wrong))


def _facts(row: _Row, answer: Answer | None, category: str | None) -> dict[str, Any]:
    return (flat(answer, category) if answer else {}) | {"error": row.error or None}


def _write_json(
    out: IO[str], columns: list[str], rows: Sequence[_Row], facts: Sequence[dict[str, Any]]
) -> None:
    """One array, an object a line."""
    names = _carried(columns, {name for each in facts for name in each} - {"lon", "lat"})
    lines = [
        json.dumps(dict(zip(names, row.cells, strict=True)) | each, ensure_ascii=False)
        for row, each in zip(rows, facts, strict=True)
    ]
    out.write("[\n" + ",\n".join(lines) + "\n]\n")


def _write_csv(
    out: IO[str], columns: list[str], rows: Sequence[_Row], facts: Sequence[dict[str, Any]]
) -> None:
    told = [_as_columns(each) for each in facts]
    ours = list(dict.fromkeys(name for each in told for name in each if name != "error"))
    ours = [*ours, "error"]
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(map(_cell, [*_carried(columns, set(ours)), *ours]))
    for row, each in zip(rows, told, strict=True):
        lines.writerow(map(_cell, [*row.cells, *(each.get(name) for name in ours)]))


def _as_columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Without lon and lat, which stand in the file; departments of many categories side by side."""
    kept = {name: value for name, value in facts.items() if name not in _NOT_COLUMNS}
    for key, decision in facts.get("departments", {}).items():
        kept |= {f"department_{key}": decision["department"], f"rule_{key}": decision["rule"]}
    return kept


_NOT_COLUMNS: Final = ("lon", "lat", "departments")


def _carried(columns: Sequence[str], ours: set[str]) -> list[str]:
    """The file's own columns; one that is called as ours becomes `given_…`."""
    return [f"given_{name}" if name.strip() in ours else name for name in columns]


_NUMBER: Final = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)


def _cell(value: Any) -> str:
    """Words that no spreadsheet takes for a formula; a number may have its sign."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    words = str(value)
    return words if _NUMBER.fullmatch(words) else guarded(words)


@contextlib.contextmanager
def _bar(errors: Console, total: int) -> Iterator[Any]:
    parts = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*parts, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("調べています / asking", total=total)
        yield lambda more: bar.advance(task, more)
