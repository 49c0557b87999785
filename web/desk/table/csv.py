"""Tickets as CSV, as a Japanese Excel opens it: with a BOM, and no cell that it would carry out."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from geo.kinds import OWNER_NAMES
from reports.city import clock
from reports.city.categories import Category
from reports.tickets.read_models import TicketSummary
from settings import settings
from web.kit.tickets import shown

_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]")
_Row = Mapping[str, Any]


def head() -> bytes:
    """The names of the columns, after the BOM."""
    return b"\xef\xbb\xbf" + _lines([COLUMNS])


def rows(
    tickets: Iterable[TicketSummary],
    categories: Mapping[str, Category],
    districts: Mapping[str, str],
    closed: Collection[date],
) -> bytes:
    """A line for each ticket. `closed`: the city's closing days."""

    def row(line: TicketSummary) -> Iterator[object]:
        told = shown(line, categories, closed=closed)
        told["district"] = districts.get(line.district or "", line.district or "")
        for value in COLUMNS.values():
            cell = value(line, told)
            yield f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell

    return _lines(map(row, tickets))


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _moment(when: datetime | None) -> str:
    return f"{clock.local(when):%Y-%m-%d %H:%M}" if when else ""


COLUMNS: Final[Mapping[str, Callable[[TicketSummary, _Row], object]]] = {
    "受付番号": lambda line, _: line.number,
    "状態": lambda _, told: told["status_text"],
    "種類": lambda _, told: told["category"],
    "緊急": lambda line, _: "緊急" if line.urgent else "",
    "場所": lambda line, _: line.place_name,
    "地区": lambda _, told: told["district"],
    "緯度": lambda line, _: round(line.lat, 6),
    "経度": lambda line, _: round(line.lon, 6),
    "道路管理者": lambda line, _: OWNER_NAMES.get(line.owner or "", line.owner or ""),
    "担当課": lambda _, told: told["department"],
    "期限": lambda line, _: line.deadline or "",
    "期限まで": lambda _, told: told["deadline"].partition("・")[2] or told["deadline"],
    "受付": lambda line, _: _moment(line.received_at),
    "終了": lambda line, _: _moment(line.closed_at),
    "受け取る人": lambda line, _: line.followers,
    "写真": lambda line, _: "あり" if line.photo_id else "",
    "まとめた先": lambda line, _: line.merged_into or "",
    "受付票": lambda line, _: f"{settings().public_url}/staff/tickets/{line.number}",
}
"""What stands in each, by its name."""
