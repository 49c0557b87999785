"""What is cleared away once its period is over: how much there is, how much is due, and how it
goes. Rooms above hand in theirs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from reports.city import periods
from store import sql

Count = Callable[[Session], int]
Before = Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of what is held. `period`: its key in `reports.city.periods`; `due` and `forget`
    take the moment before which it is over. `forget` does a piece and gives how many went: to be
    called again until it is 0. What is due is what goes then."""

    key: str
    period: str
    held: Count
    due: Before
    forget: Before


@dataclass(frozen=True, slots=True)
class Holding:
    """How many there are now, and how many of them are due."""

    key: str
    period: str
    held: int
    due: int


def look(
    db: Session, steps: Iterable[Step], keep: Mapping[str, int], now: datetime
) -> list[Holding]:
    """Of each step, by the city's periods."""
    return [
        Holding(
            step.key,
            step.period,
            step.held(db),
            step.due(db, periods.begin(keep, step.period, now)),
        )
        for step in steps
    ]


def dues(
    db: Session, steps: Iterable[Step], keep: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """How many would go, by the step's key; of what does not, nothing."""
    found = {step.key: step.due(db, periods.begin(keep, step.period, now)) for step in steps}
    return {key: many for key, many in found.items() if many}


def counted(rows: str) -> Count:
    """How many there are of what an SQL text FROM … WHERE … names."""
    asked = f"SELECT count(*) {rows}"
    return lambda db: _number(sql.run(db, asked).fetchone())


def counted_before(rows: str) -> Before:
    """As `counted`; `rows` names %(before)s."""
    asked = f"SELECT count(*) {rows}"
    return lambda db, before: _number(sql.run(db, asked, before=before).fetchone())


def run(statement: str) -> Before:
    """Does a statement that names %(before)s and %(most)s; how many rows it came to."""
    return lambda db, before: sql.run(db, statement, before=before, most=MOST_AT_ONCE).rowcount


def _number(row: Any) -> int:
    return int(row[0]) if row else 0


MOST_AT_ONCE: Final = 500
