"""What was spent in some months, by kind of cost, kind, road, contractor and month; the entries
behind each number; and what is left of the year's budgets. Yen without tax, as the orders have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.orders.money_models import Budget
from store import sql

NONE: Final = "-"
"""In place of a key where there is none."""
BY: Final[Mapping[str, str]] = {
    "cost": "kind",
    "kind": "category",
    "road": "road",
    "district": "district",
    "contract": "coalesce(contractor_id::text, '')",
    "month": "to_char(day, 'YYYY-MM')",
}
"""By what money is added up, in SQL."""
COVERS: Final = ("orders", "materials", "minutes")
"""What a budget is for, beside one contractor's orders."""
_COVER_OF: Final = {"order": "orders", "material": "materials", "minutes": "minutes"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: their days, both included; "" for all; NONE for those without."""

    first: date
    last: date
    cost: str = ""
    kind: str = ""
    road: str = ""
    district: str = ""
    contract: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the book, as of `Spending`."""

    id: int
    kind: str
    day: date
    own_day: date
    fiscal_year: int
    ticket_id: int
    number: str
    category: str
    district: str
    road: str
    firm: str
    order_id: int | None
    order_number: str
    what: str
    unit: str
    quantity: Decimal
    yen: int
    contractor_key: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Of all entries with this key (NONE for none): yen of orders, materials and hours, and how
    many entries and tickets they are of."""

    key: str
    orders: int
    materials: int
    minutes: int
    entries: int
    tickets: int

    @property
    def yen(self) -> int:
        return self.orders + self.materials + self.minutes


@dataclass(frozen=True, slots=True)
class Line:
    """A budget with what became of it: `spent` (執行済), `bound` (執行見込: ordered, not done yet)
    and how many lines of orders have no price. `yen` is None where nothing was budgeted."""

    covers: str
    name: str
    yen: int | None
    spent: int
    bound: int
    without: int
    note: str = ""
    made_by: str = ""
    made_at: datetime | None = None

    @property
    def rest(self) -> int | None:
        return None if self.yen is None else self.yen - self.spent - self.bound


def sums(db: Session, wanted: Wanted, by: str) -> list[Sum]:
    """By a key of BY; what costs most first, months in their order. All of them add up to the
    same. Raises KeyError for another key."""
    order = "1" if by == "month" else "sum(yen) DESC, 1"
    statement = f"""
        SELECT coalesce(nullif({BY[by]}, ''), '{NONE}'),
               coalesce(sum(yen) FILTER (WHERE kind = 'order'), 0)::bigint,
               coalesce(sum(yen) FILTER (WHERE kind = 'material'), 0)::bigint,
               coalesce(sum(yen) FILTER (WHERE kind = 'minutes'), 0)::bigint,
               count(*), count(DISTINCT ticket_id)
        FROM spendings WHERE {_WHERE} GROUP BY 1 ORDER BY {order}
    """
    return [Sum(*row) for row in sql.run(db, statement, **_asked(wanted))]


def entries(db: Session, wanted: Wanted, *, most: int | None = None) -> list[Entry]:
    """Those behind a number, by day."""
    statement = f"""
        SELECT id, kind, day, own_day, fiscal_year, ticket_id, number, category, district, road,
               firm, order_id, order_number, what, unit, quantity, yen,
               coalesce((SELECT key FROM contractors c WHERE c.id = contractor_id), '')
        FROM spendings WHERE {_WHERE} ORDER BY day, id LIMIT %(most)s
    """
    return [Entry(*row) for row in sql.run(db, statement, most=most, **_asked(wanted))]


def firms(db: Session) -> list[tuple[str, str]]:
    """Ids and names of the contractors that stand in the book or get orders."""
    found = "SELECT id::text, name FROM contractors ORDER BY retired, name, id"
    return [(id, name) for id, name in sql.run(db, found)]


def booked_at(db: Session) -> datetime | None:
    """When the book was last brought up to date; None while it was not opened."""
    found = sql.run(db, "SELECT booked_at FROM spending_state").fetchone()
    return found[0] if found else None


def lines(db: Session, year: int) -> list[Line]:
    """The year's budgets, and what was spent or is bound without one. An entry is in one line
    alone: that of its contractor, else that of its kind."""
    budgets = {row[0]: row[1:] for row in sql.run(db, _BUDGETS, year=year)}
    known = list(budgets)
    costs: dict[str, list[int]] = {}
    for kind, firm, spent, bound, without in sql.run(db, _COSTS, year=year):
        own = f"contractor:{firm}"
        place = own if own in known else _COVER_OF[kind]
        so_far = costs.setdefault(place, [0, 0, 0])
        for at, each in enumerate((spent, bound, without)):
            so_far[at] += each
    unbudgeted = [each for each in COVERS if each in costs and each not in known]
    return [
        Line(covers, *budgets.get(covers, ("", None))[:2], *costs.get(covers, [0, 0, 0]),
             *budgets.get(covers, ())[2:])
        for covers in (*known, *unbudgeted)
    ]  # fmt: skip


def budgets_so_far(db: Session, year: int) -> list[Budget]:
    """All versions of the year's budgets, the newest first."""
    of_year = select(Budget).where(Budget.fiscal_year == year).order_by(Budget.id.desc())
    return list(db.scalars(of_year))


def _asked(wanted: Wanted) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


_WHERE: Final = " AND ".join(
    (
        "day BETWEEN %(first)s AND %(last)s",
        *(
            f"(%({key})s::text = '' OR coalesce(nullif({of}, ''), '{NONE}') = %({key})s)"
            for key, of in BY.items()
        ),
    )
)
_BUDGETS: Final = """
    SELECT * FROM (
        SELECT DISTINCT ON (covers) covers, name, yen, note, made_by, made_at FROM budgets
        WHERE fiscal_year = %(year)s ORDER BY covers, id DESC
    ) AS newest ORDER BY covers NOT LIKE 'contractor:%%', name, covers
"""
_COSTS: Final = """
    SELECT kind, contractor_id, sum(yen)::bigint, 0::bigint, 0::bigint FROM spendings
    WHERE fiscal_year = %(year)s GROUP BY 1, 2
    UNION ALL
    SELECT 'order', o.contractor_id, 0,
           coalesce(sum(floor(coalesce(q.actual, q.planned) * q.yen)), 0)::bigint,
           count(*) FILTER (WHERE q.yen IS NULL)
    FROM work_orders o
    JOIN work_order_items i ON i.order_id = o.id AND i.state IN ('waiting', 'started', 'reported')
    JOIN work_order_quantities q ON q.item_id = i.id
    WHERE o.fiscal_year = %(year)s AND o.state = 'issued' GROUP BY o.contractor_id
"""
