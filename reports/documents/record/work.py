"""Orders to contractors in a ticket's record; what crews did stands in its history."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.documents.record.ticket import plain
from reports.orders.numbers import number_words
from store import sql

Row = dict[str, Any]


def orders(db: Session, ids: Sequence[int]) -> list[Row]:
    """Each item in which one of these tickets stands or stood, but of no draft."""
    rows = []
    for value in sql.run(db, _ITEMS, ids=list(ids)):
        row = dict(zip(_OF_ITEM, map(plain, value), strict=True))
        year, serial = row.pop("year"), row.pop("serial")
        row["order"] = number_words(year, serial)
        row["quantities"] = [
            {
                "work": work,
                "unit": unit,
                "planned": _number(planned),
                "actual": _number(actual),
            }
            for work, unit, planned, actual in sql.run(db, _QUANTITIES, id=row["id"])
        ]
        rows.append(row)
    return rows


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


_OF_ITEM: Final = (
    "id", "ticket", "year", "serial", "contractor", "what", "state", "said", "sent_back",
    "issued_at", "until", "clerk", "chief", "started_at", "done_at", "closed_at",
)  # fmt: skip
_ITEMS: Final = """
    SELECT i.id, t.number, o.fiscal_year, o.serial, c.name, i.what, i.state, i.said, i.sent_back,
           o.issued_at, o.until, o.clerk, o.chief, i.started_at, i.done_at, o.closed_at
    FROM work_order_items i JOIN work_orders o ON o.id = i.order_id
    JOIN tickets t ON t.id = i.ticket_id LEFT JOIN contractors c ON c.id = o.contractor_id
    WHERE i.ticket_id = ANY(%(ids)s::bigint[]) AND o.issued_at IS NOT NULL
    ORDER BY o.issued_at, i.id
"""
_QUANTITIES: Final = """
    SELECT work, unit, planned, actual FROM work_order_quantities
    WHERE item_id = %(id)s ORDER BY id
"""
