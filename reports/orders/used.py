"""What the city's own crews used in a year, beside what contractors did in it.

A material costs nothing that is known here: it is counted in the unit that it had when it was used.
A work is of the year in which it was told, by our clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.city.clock import begin_of
from reports.city.fiscal import days_of
from reports.tickets.work_models import Work
from store import sql


@dataclass(frozen=True, slots=True)
class Use:
    """So much of one material in one work; `department`: the name of whose crew it was, "" where
    that is not known. `kind`: of the ticket, a key."""

    ticket: str
    place: str
    kind: str
    department: str
    at: datetime
    outcome: str
    material: str
    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class UseSum:
    """Of one material in one unit by one department's crews; `places`: tickets."""

    department: str
    material: str
    unit: str
    places: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Labour:
    """How often crews were at work in a year, at how many of these they wrote down for how long,
    and the minutes of those."""

    works: int
    timed: int
    minutes: int


def used(
    db: Session, fiscal_year: int, *, department: str = "", material: str = "", unit: str = ""
) -> list[Use]:
    """All of the year by the day it was told; "" for any."""
    wanted = {"department": department, "material": material, "unit": unit}
    return [Use(*row) for row in sql.run(db, _USED, **_year(fiscal_year), **wanted)]


def summed(uses: Iterable[Use]) -> list[UseSum]:
    """By department, material and unit, in that order."""
    found: dict[tuple[str, str, str], list[Use]] = {}
    for use in uses:
        found.setdefault((use.department, use.material, use.unit), []).append(use)
    return [
        UseSum(
            *key,
            places=len({one.ticket for one in found[key]}),
            amount=sum((one.amount for one in found[key]), Decimal(0)),
        )
        for key in sorted(found)
    ]


def labour(db: Session, fiscal_year: int) -> Labour:
    """Of all crews."""
    ((works, timed, minutes),) = sql.run(db, _LABOUR, **_year(fiscal_year))
    return Labour(works, timed, minutes)


def began_at(db: Session) -> datetime | None:
    """When crews first told of a work."""
    return db.scalar(select(func.min(Work.created_at)))


def _year(fiscal_year: int) -> dict[str, datetime]:
    (first, _), (after, _) = days_of(fiscal_year), days_of(fiscal_year + 1)
    return {"begins": begin_of(first), "ends": begin_of(after)}


_IN_IT: Final = "w.created_at >= %(begins)s AND w.created_at < %(ends)s"
_USED: Final = f"""
    SELECT t.number, t.place_name, t.category, coalesce(d.name, ''), w.created_at, w.outcome,
           m.name, m.unit, m.amount
    FROM works w JOIN used_materials m ON m.work_id = w.id
    JOIN tickets t ON t.id = w.ticket_id
    LEFT JOIN departments d ON d.id = w.department_id
    WHERE {_IN_IT}
      AND (%(department)s = '' OR d.name = %(department)s)
      AND (%(material)s = '' OR m.name = %(material)s AND m.unit = %(unit)s)
    ORDER BY w.created_at, w.id, m.material
"""
_LABOUR: Final = f"""
    SELECT count(*), count(w.minutes), coalesce(sum(w.minutes), 0)::bigint FROM works w
    WHERE {_IN_IT}
"""
