"""Months are closed a few hours after their end: from then on nothing in them moves."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.city.clock import begin_of, local
from reports.stats import sums
from reports.stats.models import FactMonth, FactState
from reports.stats.periods import next_month
from reports.tickets.news import Moment, look
from store import sql

CLOSED_AFTER: Final = timedelta(hours=4)
"""After a month's end, so that what was done on its last evening has come in."""


def closed_months(db: Session) -> list[date]:
    """Their first days, in order."""
    return [*closed_at(db)]


def closed_at(db: Session) -> dict[date, datetime]:
    """When each closed month was, by its first day."""
    return dict(sql.run(db, "SELECT month, closed_at FROM fact_months ORDER BY month"))


def open_from(db: Session) -> date | None:
    """The first day that is not of a closed month; None: none is closed."""
    last = sql.run(db, "SELECT max(month) FROM fact_months")[0][0]
    return next_month(last) if last else None


def wait_since(db: Session, now: datetime | None) -> datetime | None:
    """The first months wait for something else, or do not any more (None): since when, which is
    from the first time that they do."""
    state = db.get(FactState, 1) or FactState(id=1, pass_after=0)
    state.waits_since = now and (state.waits_since or now)
    db.add(state)
    db.flush()
    return state.waits_since


def is_counting(db: Session) -> bool:
    """Whether all tickets, or days of theirs, are being counted anew just now, or never were."""
    state = db.get(FactState, 1)
    return state is None or state.pass_after is not None or bool(sql.run(db, _ADDS)[0][0])


def close(db: Session, now: datetime | None = None) -> int:
    """The next month that is over is closed, once all of it has been counted; how many were: to be
    called again until it is 0."""
    now = now or datetime.now(UTC)
    if not sql.run(db, _TRY)[0][0] or not _is_counted(db, local(now).date()):
        return 0
    month = open_from(db) or sql.run(db, _FIRST)[0][0]
    if month is None or now < begin_of(next_month(month)) + CLOSED_AFTER:
        return 0
    sums.add_up_closed(db, month)
    db.add(FactMonth(month=month))
    db.flush()
    return 1


def _is_counted(db: Session, today: date) -> bool:
    state = db.get(FactState, 1)
    if state is None or state.moment is None or state.through or is_counting(db):
        return False
    is_behind = look(db, Moment(state.moment)).is_any or sql.run(db, _WAITS)[0][0]
    return state.day == today and not is_behind


_TRY: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('numbers', 0))"
_FIRST: Final = "SELECT date_trunc('month', min(day))::date FROM facts"
_ADDS: Final = "SELECT EXISTS (SELECT FROM fact_stale)"
_WAITS: Final = "SELECT EXISTS (SELECT FROM fact_waiting)"
