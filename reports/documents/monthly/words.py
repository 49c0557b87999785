"""What staff write for a month's report, and whose pictures they choose for it."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import func
from sqlalchemy.orm import Session

from reports.documents.monthly.models import MonthlyWords
from store import sql

LONGEST: Final = 2_000
MOST_LINES: Final = 30
MOST_PAIRS: Final = 4
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('monthly words', 0))"


class Words(NamedTuple):
    """Of a month; `change`: 0 where nothing was written yet."""

    words: str = ""
    tickets: tuple[int, ...] = ()
    change: int = 0
    by: str = ""


class Overwritten(Exception):
    """Somebody else has written since."""


def of(db: Session, month: date) -> Words:
    """As they are now."""
    row = db.get(MonthlyWords, month, populate_existing=True)
    return Words(row.words, tuple(row.tickets), row.change, row.by) if row else Words()


def write(
    db: Session, month: date, words: str, tickets: Sequence[int], *, by: str, seen: int
) -> bool:
    """They are so from now on; whether anything is other than it was. `seen`: the `change` that the
    writer saw. Raises Overwritten.
    """
    sql.run(db, _ONE_AT_A_TIME)
    now = of(db, month)
    chosen = tuple(dict.fromkeys(tickets))[:MOST_PAIRS]
    if (words, chosen) == (now.words, now.tickets):
        return False
    if seen != now.change:
        raise Overwritten
    row = db.get(MonthlyWords, month)
    if row is None:
        db.add(MonthlyWords(month=month, words=words, tickets=[*chosen], by=by))
    else:
        row.words, row.tickets, row.by = words, [*chosen], by
        row.change, row.at = row.change + 1, func.now()
    db.flush()
    return True
