"""The list behind a number: exactly as many lines as it says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from reports.stats import kept
from reports.stats.kinds import AGES
from reports.stats.only import ALL, Only
from reports.stats.periods import Period
from reports.stats.standing import ON_A_DAY, at, of_month
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
STANDING: Final = ("open", "overdue", *(f"open:{n}" for n in range(len(AGES) + 1)))
"""The other names: "open:2" are those of the third age."""


class Behind(NamedTuple):
    """One thing that counts. `ticket_id`: None where the ticket is no more; `id`: after which the
    next page begins."""

    number: str
    ticket_id: int | None
    day: date
    id: int


def behind(
    db: Session,
    period: Period,
    only: Only = ALL,
    what: str = "received",
    after: int = 0,
    limit: int = 100,
) -> list[Behind]:
    """Of the number `what` (COUNTED or STANDING), in order, so many after that one. Raises
    ValueError for a name that is none."""
    where, values = only.conditions()
    values |= {"after": after, "most": limit}
    if what in COUNTED:
        table, where = (
            "facts",
            f"{COUNTED[what]} AND f.day BETWEEN %(first)s AND %(last)s AND {where}",
        )
        values |= period._asdict()
    elif what in STANDING:
        when = at(kept.look(db), period.last)
        if when.kept is None:
            table, values = f"({ON_A_DAY})", values | of_month(when.day)
        else:
            table, where = "facts", f"f.kind = 'standing' AND f.day = %(kept)s AND {where}"
            values["kept"] = when.kept
        holds, more = _of_standing(what, when.day)
        where, values = f"{where} AND {holds}", values | more
    else:
        raise ValueError(what)
    return [Behind(*row) for row in sql.run(db, _LIST.format(table=table, where=where), **values)]


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


_LIST: Final = """
    SELECT f.number, t.id, f.day, f.id FROM {table} AS f LEFT JOIN tickets t ON t.id = f.ticket_id
    WHERE {where} AND f.id > %(after)s ORDER BY f.id LIMIT %(most)s
"""
