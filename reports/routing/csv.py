"""The routing table as a file that a clerk keeps in Excel. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reports.city.formulas import guarded, unguarded
from reports.routing.choose import Rule
from reports.routing.table import COLUMNS, Finding, Known, RefusedTable, Row, What, cells, parse


def read(data: str | bytes, known: Known) -> list[Rule]:
    """The rules of a CSV (UTF-8 or cp932), by their number. Raises RefusedTable.

    Columns stand under the names of `COLUMNS`, in either language and any order; those that are
    missing are empty. Departments, categories and districts may be named by key or name.
    """
    if len(data) > MOST_BYTES:
        raise _whole(f"ファイルが大きすぎます。{MOST_BYTES // 1024 // 1024} MB までです")
    return sorted(parse(_rows(_text(data)), known), key=lambda rule: rule.order)


def write(rules: Iterable[Rule]) -> str:
    """The table as CSV, keys and all, as `read` takes it; the byte-order mark is for Excel."""
    file = io.StringIO(newline="")
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerows([guarded(cell) for cell in cells(rule).values()] for rule in rules)
    return "\ufeff" + file.getvalue()


MOST_BYTES: Final = 4 * 1024 * 1024
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_OTHER_SEPARATORS: Final = re.compile("[\t;]")
_SEPARATOR_FIRST: Final = ["sep=", ""]
"""What some write in front for Excel: `sep=,`."""
_COLUMN_OF: Final = {name: column for column, name in COLUMNS.items()} | {c: c for c in COLUMNS}


def _text(data: str | bytes) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    for encoding in () if data.startswith(_UTF_16) or b"\0" in data else ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _whole("文字コードが UTF-8 でもシフト JIS でもありません。CSV で保存し直してください")


def _rows(text: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        first = next(lines, [])
        header = _header(next(lines, []) if first == _SEPARATOR_FIRST else first)
        for line in lines:
            if any(map(str.strip, line)):
                yield _row(lines.line_num, header, line)
    except csv.Error as wrong:
        raise _whole(f"{lines.line_num}行目から先が CSV として読めません") from wrong


def _row(number: int, header: Sequence[str], line: Sequence[str]) -> Row:
    if any(map(str.strip, line[len(header) :])):
        raise _whole(f"{number}行目のセルが見出しより多くあります。コンマを確かめてください")
    return Row(f"{number}行目", dict(zip(header, map(unguarded, line), strict=False)))


def _header(line: Sequence[str]) -> list[str]:
    written = [unicodedata.normalize("NFC", name).strip() for name in line]
    names = [_COLUMN_OF.get(name.lower(), name) for name in written]
    while names and not names[-1]:
        names.pop()
    if len(names) == 1 and (found := _OTHER_SEPARATORS.search(names[0])):
        sign = {"\t": "タブ", ";": "セミコロン"}[found[0]]
        raise _whole(f"区切りが{sign}です。コンマ区切りの CSV(UTF-8)で保存し直してください")
    if unknown := [name for name in names if name not in COLUMNS]:
        raise _whole(f"見出し「{unknown[0][:20]}」は知りません。見出しは {','.join(COLUMNS)} です")
    if missing := [name for name in ("order", "department") if name not in names]:
        raise _whole(f"見出しに「{missing[0]}」がありません。見出しは {','.join(COLUMNS)} です")
    if twice := [name for name in names if names.count(name) > 1]:
        raise _whole(f"見出し「{twice[0]}」がふたつあります")
    return names


def _whole(words: str) -> RefusedTable:
    return RefusedTable([Finding(What.UNREADABLE, words)])
