"""Each month's report by itself: what is asked for, once, whoever looks and how often."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from reports.audit.verify import may_have_been_told_since
from reports.city import clock, profile
from reports.city.calendar import OfficeHours
from reports.documents.monthly import versions
from reports.documents.monthly.facts import closed_at, is_counted
from reports.documents.monthly.first_day import month_due
from reports.documents.open_data.months import later
from reports.stats.months import is_counting
from store.database import transaction

_MONTHS_BACK = 12


def report_months(now: datetime | None = None) -> int:
    """On the first business day, from the opening of the city hall on: the month before is made and
    mailed. A month that was made while its numbers were open is made and mailed once more when they
    have closed; one whose photos may not be shown any more is made without them. None
    while all tickets are being counted anew. Where a backup was put back after the month it is made
    and mailed to nobody, for it may have been. How many were asked for."""
    now = now or clock.now()
    asked = 0
    with transaction() as db:
        if is_counting(db):
            return 0
        facts = profile.profile(db)
        month = month_due(now, OfficeHours.of(facts), profile.closing_days(facts))
        if month and is_counted(db, month):
            asked += versions.ask_in_turn(db, month, "first", mail=_is_mailed(db, month))
        for one in _lately(now.date()):
            newest = versions.newest(db, one)
            if newest is None:
                continue
            if newest.is_open and closed_at(db, one):
                asked += versions.ask_in_turn(db, one, "closed", mail=_is_mailed(db, one))
            elif not newest.can_be_read:
                asked += versions.ask_in_turn(db, one, "photos", mail=False)
    return asked


def _is_mailed(db: Session, month: date) -> bool:
    return not may_have_been_told_since(db, clock.begin_of(later(month, 1)))


def _lately(today: date) -> list[date]:
    return [later(today.replace(day=1), -back) for back in range(1, _MONTHS_BACK + 1)]
