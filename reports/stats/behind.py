"""The list behind a number: exactly as many lines as it says."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats import kept
from reports.stats.kinds import AGES, SPREADS
from reports.stats.only import ALL, Only
from reports.stats.periods import Period
from reports.stats.standing import ON_A_DAY, at, of_month
from reports.tickets.wanted import Among
from store import sql

COUNTED: Final[Mapping[str, str]] = {
    "received": "f.kind = 'received'",
    "closed": "f.kind = 'closed'",
    "merged": "f.kind = 'merged'",
    "reopened": "f.kind = 'reopened'",
    "looked": "f.kind = 'looked'",
    "made_safe": "f.kind = 'made_safe'",
    "fixed": "f.kind = 'fixed'",
    "kept": "f.kind = 'due' AND f.good",
    "missed": "f.kind = 'due' AND NOT f.good",
    "rated": "f.kind = 'rated'",
    "satisfied": "f.kind = 'rated' AND f.good",
    "pushes": "f.kind = 'pushed'",
}
"""SQL over `facts f`, by the names of `Numbers`."""
SHARED: Final[Mapping[str, str]] = {"due": "f.kind = 'due'"}
"""The same of what a per cent is of, where that is no number by itself: kept and missed."""
STANDING: Final = ("open", "overdue", *(f"open:{n}" for n in range(len(AGES) + 1)))
"""The other names: "open:2" are those of the third age."""
TIMED: Final = frozenset(map(str, SPREADS))
"""Of these the list begins with what took longest."""


class Behind(NamedTuple):
    """One thing that counts. `ticket_id`: None where the ticket is no more; `id`: after which the
    next page begins, in a list of TIMED with its `minutes`. `category` and `department` (keys),
    `town`: as it was counted. `amount`: stars; `good`: in time, satisfied; `since`: when what
    stands open came."""

    number: str
    ticket_id: int | None
    day: date
    id: int
    category: str
    department: str
    town: str
    minutes: int | None
    amount: Decimal | None
    good: bool | None
    since: date | None


class _Rows(NamedTuple):
    """Facts `f`: of which table, which of them, and the values that both name."""

    table: str
    where: str
    values: dict[str, Any]


def behind(
    db: Session,
    period: Period,
    only: Only = ALL,
    what: str = "received",
    after: int = 0,
    limit: int = 100,
    *,
    minutes: int | None = None,
) -> list[Behind]:
    """Of the number `what` (COUNTED, SHARED or STANDING), in order, so many after that one, of
    which `minutes` are those in a list of TIMED. Raises ValueError for a name that is none."""
    rows = _rows(db, period, only, what)
    values = rows.values | {"after": after, "most": limit, "minutes": minutes}
    asked = _LIST.format(
        table=rows.table,
        where=rows.where,
        took=_TOOK if rows.table == "facts" else _TOOK_NOTHING,
        after=_AFTER_LONGER if what in TIMED and after else "f.id > %(after)s",
        order="coalesce(f.minutes, 0) DESC, f.id" if what in TIMED else "f.id",
    )
    return [Behind(*row) for row in sql.run(db, asked, **values)]


def tickets_behind(db: Session, period: Period, only: Only, what: str) -> Among:
    """The tickets of that list, those that are no more left out. Raises ValueError as above."""
    table, where, values = _rows(db, period, only, what)
    told = f"SELECT f.ticket_id FROM {table} AS f WHERE {where}"
    named = _PLACED.sub(lambda at: f"CAST(:behind_{at[1]} AS {at[2]})", told)
    named = _PLAIN.sub(r":behind_\1", named)
    return Among(named, {f"behind_{name}": value for name, value in values.items()})


def _rows(db: Session, period: Period, only: Only, what: str) -> _Rows:
    where, values = only.conditions()
    if (counted := COUNTED.get(what, SHARED.get(what))) is not None:
        days = "f.day BETWEEN %(first)s AND %(last)s"
        return _Rows("facts", f"{counted} AND {days} AND {where}", values | period._asdict())
    if what not in STANDING:
        raise ValueError(what)
    when = at(kept.look(db), period.last)
    if when.kept is None:
        table, values = f"({ON_A_DAY})", values | of_month(when.day)
    else:
        table, where = "facts", f"f.kind = 'standing' AND f.day = %(kept)s AND {where}"
        values["kept"] = when.kept
    holds, more = _of_standing(what, when.day)
    return _Rows(table, f"{where} AND {holds}", values | more)


def _of_standing(what: str, day: date) -> tuple[str, dict[str, date | None]]:
    if what == "overdue":
        return "f.deadline < %(at)s", {"at": day}
    if what == "open":
        return "true", {}
    n = int(what.partition(":")[2])
    younger = day - timedelta(AGES[n]) if n < len(AGES) else None
    older = day - timedelta(AGES[n - 1]) if n else None
    return (
        "(%(younger)s::date IS NULL OR f.since > %(younger)s)"
        " AND (%(older)s::date IS NULL OR f.since <= %(older)s)",
        {"younger": younger, "older": older},
    )


_PLACED: Final = re.compile(r"%\((\w+)\)s::(\w+(?:\[\])?)")
_PLAIN: Final = re.compile(r"%\((\w+)\)s")
_TOOK: Final = "f.minutes, f.amount, f.good"
_TOOK_NOTHING: Final = "NULL, NULL, NULL"
_AFTER_LONGER: Final = (
    "(coalesce(f.minutes, 0) < %(minutes)s::int"
    " OR coalesce(f.minutes, 0) = %(minutes)s::int AND f.id > %(after)s)"
)
_LIST: Final = """
    SELECT f.number, t.id, f.day, f.id, f.category, f.department, f.town, {took}, f.since
    FROM {table} AS f LEFT JOIN tickets t ON t.id = f.ticket_id
    WHERE {where} AND {after} ORDER BY {order} LIMIT %(most)s
"""
