"""A work order as an Excel workbook: what it says, and a row for each quantity of each place."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from reports.city.clock import local
from reports.city.quantities import Quantity
from reports.documents.orders.facts import ItemFacts, OrderFacts
from reports.orders.states import ITEMS, ORDERS

Cell = str | int | float | Decimal | date | None
_HOW: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "游ゴシック", "font_size": 11},
}
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 16},
    "head": {"bold": True, "bg_color": "#E3EBE6", "bottom": 1, "valign": "vcenter"},
    "words": {"valign": "top", "text_wrap": True},
    "number": {"valign": "top", "num_format": "#,##0.##"},
    "degrees": {"valign": "top", "num_format": "0.000000"},
    "yen": {"valign": "top", "num_format": "#,##0"},
    "day": {"valign": "top", "align": "left", "num_format": "yyyy/mm/dd"},
}
_COLUMNS: Final = (
    ("番", 5), ("受付番号", 14), ("種類", 20), ("場所", 26), ("緯度", 11), ("経度", 11),
    ("道路", 22), ("管理番号", 14), ("作業内容", 40), ("状態", 16), ("着手", 12), ("完了", 12),
    ("業者の言葉", 30), ("作業・材料", 22), ("単位", 9), ("予定", 9), ("実績", 9), ("単価(円)", 11),
    ("金額(円)", 12),
)  # fmt: skip
_YEN: Final = (17, 18)


def write(facts: OrderFacts, *, money: bool = True) -> bytes:
    """The file; `money`: with prices, which are the city's and the firm's alone."""
    import xlsxwriter  # for those who ask for the file

    file = io.BytesIO()
    columns = _COLUMNS if money else _COLUMNS[: _YEN[0]]
    with xlsxwriter.Workbook(file, _HOW) as book:
        book.set_properties({"title": f"作業指示書 {facts.order.number}"})
        looks = {name: book.add_format(dict(look)) for name, look in _LOOKS.items()}
        sheet = book.add_worksheet("作業指示書")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        top = _head(sheet, looks, facts)
        for place, (name, wide) in enumerate(columns):
            sheet.set_column(place, place, wide)
            sheet.write_string(top, place, name, looks["head"])
        sheet.freeze_panes(top + 1, 0)
        last = top
        for last, row in enumerate(_rows(facts), start=top + 1):
            for place, value in enumerate(row[: len(columns)]):
                _put(sheet, looks, last, place, value)
        if money:
            sheet.write_string(last + 1, _YEN[0], "合計", looks["head"])
            sheet.write_number(last + 1, _YEN[1], facts.order.amount, looks["yen"])
    return file.getvalue()


def _head(sheet: Any, looks: Mapping[str, Any], facts: OrderFacts) -> int:
    """What stands above the table; gives the table's first row."""
    order, firm = facts.order, facts.order.firm
    sheet.write_string(0, 0, f"作業指示書 {order.number}", looks["title"])
    told: Sequence[tuple[str, Cell]] = (
        ("状態", ORDERS[order.state]),
        ("請負業者", firm.name if firm else ""),
        ("契約", firm.contract if firm else ""),
        ("発行", local(order.issued_at).date() if order.issued_at else None),
        ("着手予定日", order.start_on),
        ("期限", order.until),
        ("交通規制", order.traffic),
        ("緊急", "緊急" if order.urgent else ""),
        ("担当", order.clerk),
        ("係長", order.chief),
        ("特記事項", order.remarks),
    )
    for row, (what, value) in enumerate(told, start=1):
        sheet.write_string(row, 0, what)
        if isinstance(value, date):
            sheet.write_datetime(row, 2, value, looks["day"])
        else:
            sheet.write_string(row, 2, str(value or ""))
    return len(told) + 2


def _rows(facts: OrderFacts) -> Iterator[list[Cell]]:
    """One for each quantity; what is of the place stands in its first."""
    for one in facts.items:
        first, *more = one.item.quantities or (None,)
        yield [*_place(one), *_quantity(first)]
        for quantity in more:
            yield [one.turn, one.item.ticket.number, *([None] * 11), *_quantity(quantity)]


def _place(one: ItemFacts) -> list[Cell]:
    item, ticket = one.item, one.item.ticket
    return [
        one.turn,
        ticket.number,
        one.category,
        ticket.place_name,
        round(ticket.lat, 6),
        round(ticket.lon, 6),
        item.road,
        item.asset,
        "\n".join((item.what, *(f"「{words}」" for words in item.words))),
        ITEMS[item.state],
        local(item.started_at).date() if item.started_at else None,
        local(item.done_at).date() if item.done_at else None,
        item.said,
    ]


def _quantity(quantity: Quantity | None) -> list[Cell]:
    if quantity is None:
        return [None] * 6
    return [
        quantity.work,
        quantity.unit,
        quantity.planned,
        quantity.actual,
        quantity.yen,
        quantity.amount,
    ]


def _put(sheet: Any, looks: Mapping[str, Any], row: int, place: int, value: Cell) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, place, None, looks["words"])
        case date():
            sheet.write_datetime(row, place, value, looks["day"])
        case float():
            sheet.write_number(row, place, value, looks["degrees"])
        case int() | Decimal():
            look = "yen" if place in _YEN else "number"
            sheet.write_number(row, place, float(value), looks[look])
        case _:
            sheet.write_string(row, place, value, looks["words"])
