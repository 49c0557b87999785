"""廃棄簿: what was thrown away, for ever."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.discard.models import Discarded

_AT_ONCE: Final = 2_000


class Entry(NamedTuple):
    """As of `Discarded`."""

    number: str
    kind: str
    closed_year: int
    at: datetime
    approver: str
    list_number: str


def many(db: Session) -> int:
    """How many entries there are."""
    return db.scalar(select(func.count()).select_from(Discarded)) or 0


def newest(db: Session, most: int) -> list[Entry]:
    """The newest first."""
    rows = db.execute(_ALL.order_by(Discarded.at.desc(), Discarded.number).limit(most))
    return [Entry(*row) for row in rows]


def all_of(db: Session) -> Iterator[Entry]:
    """In the order in which they went."""
    rows = db.execute(
        _ALL.order_by(Discarded.at, Discarded.number).execution_options(yield_per=_AT_ONCE)
    )
    return (Entry(*row) for row in rows)


def thrown_away(db: Session, numbers: Iterable[str]) -> set[str]:
    """Those of these numbers that stand in it."""
    return set(db.scalars(select(Discarded.number).where(Discarded.number.in_(list(numbers)))))


def one(db: Session, number: str) -> Entry | None:
    """Of this ticket."""
    row = db.execute(_ALL.where(Discarded.number == number)).one_or_none()
    return Entry(*row) if row else None


_ALL: Final = select(
    Discarded.number, Discarded.kind, Discarded.closed_year, Discarded.at, Discarded.approver,
    Discarded.list_number,
)  # fmt: skip
