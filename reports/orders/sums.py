"""A year of work by contractors: what is done, by whom, of what kind, with what and where.

Prices are those that the orders were written with. An order is of the year in which it was issued.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from reports.orders.numbers import number_words
from store import sql

NONE: Final = "-"
"""In place of an owner or a district where none is known."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; "" and None for all. `work` goes with its `unit`; `owner`, `district`: NONE
    for those without."""

    contractor: int | None = None
    kind: str = ""
    work: str = ""
    unit: str = ""
    owner: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A line of quantities of a place that is done, or the place alone where it has none: then
    `work` is "". `yen` is None where no price is known."""

    order_id: int
    fiscal_year: int
    serial: int
    contractor_id: int
    contractor: str
    item_id: int
    ticket: str
    place: str
    done_at: datetime | None
    kind: str
    owner: str
    district: str
    work: str
    unit: str
    price: int | None
    quantity: Decimal | None
    yen: int | None

    @property
    def number(self) -> str:
        return number_words(self.fiscal_year, self.serial)


@dataclass(frozen=True, slots=True)
class Group:
    """All lines of one `key`; `quantity`: of one work in one unit. `yen`: as far as known, `open`:
    how many lines have no price."""

    key: tuple[str, ...]
    places: int
    quantity: Decimal
    yen: int
    open: int


@dataclass(frozen=True, slots=True)
class FirmSum:
    """Of one contractor: orders issued, places in them, those done, and the yen that are known."""

    contractor_id: int
    contractor: str
    orders: int
    places: int
    done: int
    yen: int


def done(db: Session, fiscal_year: int, wanted: Wanted = Wanted()) -> list[Done]:
    """What is done in orders of this year, by order and place."""
    asked = {name: getattr(wanted, name) for name in Wanted.__slots__}
    return [Done(*row) for row in sql.run(db, _DONE, year=fiscal_year, none=NONE, **asked)]


def grouped(lines: Iterable[Done], key: Callable[[Done], tuple[str, ...]]) -> list[Group]:
    """By this key, in its order; what costs most is for the page to find."""
    found: dict[tuple[str, ...], list[Done]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return [_group(of, found[of]) for of in sorted(found)]


def priced(lines: Iterable[Done]) -> list[Group]:
    """By contractor, work, unit and price; places without any quantity are left out."""
    return grouped(
        (line for line in lines if line.work),
        lambda line: (
            line.contractor,
            line.work,
            line.unit,
            "" if line.price is None else str(line.price),
        ),
    )


def of_firms(db: Session, fiscal_year: int) -> list[FirmSum]:
    """Each contractor in all."""
    return [FirmSum(*row) for row in sql.run(db, _FIRMS, year=fiscal_year)]


def years(db: Session) -> list[int]:
    """Those with orders, the newest first."""
    found = sql.run(db, "SELECT DISTINCT fiscal_year FROM work_orders WHERE serial IS NOT NULL")
    return sorted((year for (year,) in found), reverse=True)


def _group(key: tuple[str, ...], lines: Sequence[Done]) -> Group:
    return Group(
        key,
        places=len({line.item_id for line in lines}),
        quantity=sum((line.quantity or Decimal(0) for line in lines), Decimal(0)),
        yen=sum(line.yen or 0 for line in lines),
        open=sum(bool(line.work) and line.yen is None for line in lines),
    )


FACETS: Final[Mapping[str, Callable[[Done], tuple[str, ...]]]] = {
    "contractor": lambda line: (line.contractor, str(line.contractor_id)),
    "kind": lambda line: (line.kind,),
    "work": lambda line: (line.work, line.unit),
    "owner": lambda line: (line.owner,),
    "district": lambda line: (line.district,),
}
"""By what a year is added up."""
_DONE: Final = """
    SELECT o.id, o.fiscal_year, o.serial, c.id, c.name, i.id, t.number, t.place_name, i.done_at,
           t.category, coalesce(t.owner, %(none)s), coalesce(t.district, %(none)s),
           coalesce(q.work, ''), coalesce(q.unit, ''), q.yen, q.actual,
           floor(q.actual * q.yen)::bigint
    FROM work_orders o
    JOIN contractors c ON c.id = o.contractor_id
    JOIN work_order_items i ON i.order_id = o.id AND i.state = 'done'
    JOIN tickets t ON t.id = i.ticket_id
    LEFT JOIN work_order_quantities q ON q.item_id = i.id AND q.actual > 0
    WHERE o.fiscal_year = %(year)s AND o.serial IS NOT NULL
      AND (%(contractor)s::int IS NULL OR c.id = %(contractor)s)
      AND (%(kind)s = '' OR t.category = %(kind)s)
      AND (%(work)s = '' OR q.work = %(work)s AND q.unit = %(unit)s)
      AND (%(owner)s = '' OR coalesce(t.owner, %(none)s) = %(owner)s)
      AND (%(district)s = '' OR coalesce(t.district, %(none)s) = %(district)s)
    ORDER BY o.serial, i.place, i.id, q.id
"""
_FIRMS: Final = """
    SELECT c.id, c.name, count(DISTINCT o.id), count(i.id),
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
