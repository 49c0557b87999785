"""A table of a record, whose cells break wherever they must."""

from collections.abc import Sequence
from typing import Any

from reports.documents.paper import breakable
from reports.documents.record.shapes import Table


def table(
    head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], **more: Any
) -> Table:
    """`widths`: shares of the page."""
    told = [[breakable(cell) for cell in row] for row in rows]
    return Table(head, widths, told, **more)
