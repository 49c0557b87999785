"""A list as an Excel workbook: typed cells, and nothing in them that is carried out."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import IO, Any, Final

from reports.documents.exports.columns import Column, Link, Row
from reports.documents.layers.fields import Value

MOST_ROWS: Final = 1_048_575
"""Of one sheet below its head, says Excel."""
MOST_LINKS: Final = 20_000
"""Further addresses are words: each link stays in memory until the end (Excel takes 65,530)."""
MOST_LETTERS: Final = 32_767
"""Of one cell, says Excel, which counts an emoji as two."""
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {"bold": True, "bg_color": "#E3EBE6", "bottom": 1, "valign": "vcenter"},
    "words": {"valign": "top"},
    "lines": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top"},
    "degrees": {"valign": "top", "num_format": "0.000000"},
    "day": {"valign": "top", "align": "left", "num_format": "yyyy/mm/dd"},
    "moment": {"valign": "top", "align": "left", "num_format": "yyyy/mm/dd hh:mm"},
    "link": {"valign": "top", "font_color": "#0B5A78", "underline": 1},
}
_HOW: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "游ゴシック", "font_size": 11},
}


def write(
    pieces: Iterable[list[Row]], columns: Mapping[str, Column], title: str, to: IO[bytes]
) -> None:
    """One sheet, row by row past the memory; its head stays in sight and has filters."""
    import xlsxwriter  # for those who ask for the file

    with xlsxwriter.Workbook(to, _HOW) as book:  # whatever happens, its own files go
        book.set_properties({"title": title})
        looks = {name: book.add_format(dict(look)) for name, look in _LOOKS.items()}
        sheet = book.add_worksheet("受付票")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns.values()):
            sheet.set_column(place, place, column.wide)
            sheet.write_string(0, place, column.name, looks["head"])
        last = 0
        for last, row in enumerate((row for rows in pieces for row in rows), start=1):
            for place, column in enumerate(columns.values()):
                _put(sheet, looks, (last, place), column.value(row))
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _put(sheet: Any, looks: Mapping[str, Any], at: tuple[int, int], value: Value) -> None:
    match value:
        case None | "":
            pass
        case Link() if at[0] <= MOST_LINKS:
            sheet.write_url(*at, str(value), looks["link"])
        case str():
            words = _cut("\n".join(value.splitlines()))
            sheet.write_string(*at, words, looks["lines" if "\n" in words else "words"])
        case datetime():
            sheet.write_datetime(*at, value.replace(tzinfo=None), looks["moment"])
        case date():
            sheet.write_datetime(*at, value, looks["day"])
        case _:
            look = "degrees" if isinstance(value, float) else "number"
            sheet.write_number(*at, value, looks[look])


def _cut(words: str) -> str:
    """As much as a cell holds."""
    if len(words) * 2 <= MOST_LETTERS:
        return words
    return words.encode("utf-16-le")[: 2 * MOST_LETTERS].decode("utf-16-le", "ignore")
