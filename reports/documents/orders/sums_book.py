"""An Excel workbook of sums: words and numbers, and nothing that is carried out."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

Cell = str | int | Decimal | date | None
_HOW: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "游ゴシック", "font_size": 11},
}
_NARROWEST, _WIDEST = 8, 40


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet; `rows` have a cell for each of the names in `head`."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write(title: str, tables: Sequence[Table]) -> bytes:
    """The file."""
    import xlsxwriter  # for those who ask for the file

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _HOW) as book:
        book.set_properties({"title": title})
        head = book.add_format({"bold": True, "bg_color": "#E3EBE6", "bottom": 1})
        number = book.add_format({"num_format": "#,##0.##"})
        whole = book.add_format({"num_format": "#,##0"})
        day = book.add_format({"num_format": "yyyy/mm/dd", "align": "left"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(table.head):
                sheet.set_column(place, place, _width(table, place))
                sheet.write_string(0, place, name, head)
            for row, cells in enumerate(table.rows, start=1):
                for place, cell in enumerate(cells):
                    match cell:
                        case None | "":
                            continue
                        case date():
                            sheet.write_datetime(row, place, cell, day)
                        case Decimal():
                            sheet.write_number(row, place, float(cell), number)
                        case int():
                            sheet.write_number(row, place, cell, whole)
                        case _:
                            sheet.write_string(row, place, cell)
    return file.getvalue()


def _width(table: Table, place: int) -> int:
    """Japanese letters are two wide."""
    words = [table.head[place], *(str(row[place] or "") for row in table.rows[:200])]
    wide = max(sum(2 if ord(letter) > 0xFF else 1 for letter in one) for one in words)
    return min(max(wide + 2, _NARROWEST), _WIDEST)
