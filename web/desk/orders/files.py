"""Sums as files, in which nothing is a formula, and what of them may be asked for."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import AfterValidator

from reports.city.formulas import guarded
from reports.city.quantities import quantity_words
from reports.documents.orders import sums_book
from reports.documents.orders.sums_book import Cell, Table

Year = Annotated[int | None, Query(ge=2000, le=2999)]
Words = Annotated[str, Query(max_length=200), AfterValidator(lambda told: told.replace("\0", ""))]
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]], name: str) -> Response:
    """Opens in a Japanese Excel."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(head)
    for row in rows:
        write([_cell(cell) for cell in row])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = "\ufeff" + out.getvalue()
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    if isinstance(cell, str):
        return guarded(cell)
    if cell is None:
        return ""
    return cell.isoformat() if hasattr(cell, "isoformat") else quantity_words(cell)


def as_xlsx(title: str, tables: Sequence[Table], name: str) -> Response:
    """A sheet for each table."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sums_book.write(title, tables), media_type=_XLSX, headers=headers)
