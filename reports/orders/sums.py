"""A year's work by contractor, work and unit: quantities and yen of what is done."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from store import sql


@dataclass(frozen=True, slots=True)
class Sum:
    """Of one contractor, work and unit price; `yen` is None where no price is known."""

    contractor: str
    work: str
    unit: str
    price: int | None
    places: int
    quantity: Decimal
    yen: int | None


@dataclass(frozen=True, slots=True)
class FirmSum:
    """Of one contractor: orders issued, places in them, those done, and the yen that are known."""

    contractor: str
    orders: int
    places: int
    done: int
    yen: int


def of_year(db: Session, fiscal_year: int) -> list[Sum]:
    """What is done in orders of this year."""
    return [Sum(*row) for row in sql.run(db, _SUMS, year=fiscal_year)]


def of_firms(db: Session, fiscal_year: int) -> list[FirmSum]:
    """The same of each contractor in all."""
    return [FirmSum(*row) for row in sql.run(db, _FIRMS, year=fiscal_year)]


def years(db: Session) -> list[int]:
    """Those with orders, the newest first."""
    found = sql.run(db, "SELECT DISTINCT fiscal_year FROM work_orders WHERE serial IS NOT NULL")
    return sorted((year for (year,) in found), reverse=True)


_SUMS: Final = """
    SELECT c.name, q.work, q.unit, q.yen, count(DISTINCT i.id), sum(q.actual),
           sum(floor(q.actual * q.yen))::bigint
    FROM work_orders o
    JOIN contractors c ON c.id = o.contractor_id
    JOIN work_order_items i ON i.order_id = o.id AND i.state = 'done'
    JOIN work_order_quantities q ON q.item_id = i.id AND q.actual > 0
    WHERE o.fiscal_year = %(year)s AND o.serial IS NOT NULL
    GROUP BY c.id, c.name, q.work, q.unit, q.yen ORDER BY c.name, c.id, q.work, q.unit, q.yen
"""
_FIRMS: Final = """
    SELECT c.name, count(DISTINCT o.id), count(i.id),
           count(i.id) FILTER (WHERE i.state = 'done'), coalesce(sum(q.yen), 0)::bigint
    FROM work_orders o
    JOIN contractors c ON c.id = o.contractor_id
    LEFT JOIN work_order_items i ON i.order_id = o.id AND i.state <> 'taken_out'
    LEFT JOIN LATERAL (
        SELECT sum(floor(q.actual * q.yen)) AS yen FROM work_order_quantities q
        WHERE q.item_id = i.id AND i.state = 'done'
    ) AS q ON true
    WHERE o.fiscal_year = %(year)s AND o.serial IS NOT NULL AND o.state <> 'cancelled'
    GROUP BY c.id, c.name ORDER BY c.name, c.id
"""
