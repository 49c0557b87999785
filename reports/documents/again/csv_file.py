"""As CSV, as a Japanese Excel opens it: with a BOM, and no cell that it would carry out."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from reports.city.formulas import guarded
from reports.documents.again.columns import Column


def written(columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """A line of names, then one for each row."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([column.name for column in columns])
    for row in rows:
        values = [column.value(row) for column in columns]
        lines.writerow([guarded(each) if isinstance(each, str) else each for each in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
