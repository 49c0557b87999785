"""Lists of what is due and the book of what was thrown away, as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from fastapi.responses import StreamingResponse

from reports.city.clock import local
from reports.city.formulas import guarded
from reports.discard import book
from reports.discard.due import Due
from reports.discard.models import DiscardItem
from reports.discard.years import WHY_NOT
from store.database import transaction

Row = Sequence[Any]

_HEAD: Final = ("受付番号", "種類", "種類の記号", "終わった日", "保存期間(年)", "廃棄できる日")
_BOOK: Final = ("受付番号", "種類", "終わった年度", "廃棄した日時", "承認した人", "廃棄予定一覧")
_BECAME: Final = {
    "listed": "廃棄予定",
    "gone": "廃棄済み",
    "left": "廃棄していない",
    "held": "保留",
}
"""Of a line of a list."""


def answer(rows: Iterable[Row], name: str) -> StreamingResponse:
    """A file in UTF-8 with a BOM, row by row."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_written(rows), media_type="text/csv; charset=utf-8", headers=headers)


def of_due(lines: Iterable[Due]) -> Iterator[Row]:
    """What is due now, and why not."""
    yield (*_HEAD, "廃棄しない理由")
    for one in lines:
        yield (*_line(one), WHY_NOT.get(one.why_not, ""))


def of_list(lines: Iterable[DiscardItem]) -> Iterator[Row]:
    """As it was proposed, and what became of it."""
    yield (*_HEAD, "どうなったか", "理由")
    for one in lines:
        yield (*_line(one), _BECAME[one.state], WHY_NOT.get(one.why, ""))


def of_book() -> Iterator[Row]:
    """廃棄簿, all of it."""
    yield _BOOK
    with transaction() as db:
        for one in book.all_of(db):
            at = f"{local(one.at):%Y-%m-%d %H:%M}"
            yield (one.number, one.kind, one.closed_year, at, one.approver, one.list_number)


def _line(one: Due | DiscardItem) -> Row:
    days = one.closed_on.isoformat(), one.years, one.due_on.isoformat()
    return (one.number, one.kind, one.category, *days)


def _written(rows: Iterable[Row]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in rows:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerow(guarded(str(each)) for each in row)
        yield out.getvalue().encode()
