"""Each month by itself: what is asked for at its beginning, once, whoever looks and how often."""

from datetime import date

from sqlalchemy.orm import Session

from reports.city import clock, profile
from reports.city.open_data import open_data
from reports.city.opened import opened
from reports.documents.open_data import versions
from reports.documents.open_data.months import later
from reports.published import reading
from reports.published.wanted import PublicFilter
from store.database import transaction


def publish_months(today: date | None = None) -> int:
    """From the first day of a month on, in the city's time: the month before is made, and those
    before that are looked at again, each once. How many were asked for."""
    day = today or clock.today()
    turn = day.replace(day=1)
    with transaction() as db:
        facts = profile.profile(db)
        if not opened(facts).shown:
            return 0
        back = range(1, open_data(facts).months + 2)
        months = [later(turn, -many) for many in back]
        return versions.ask_in_turn(db, turn, [one for one in months if _has_data(db, one, turn)])


def _has_data(db: Session, month: date, turn: date) -> bool:
    """A month before the city's first public ticket is none; one without any after it is."""
    if versions.is_any(db, month) or (month == later(turn, -1) and versions.is_any(db)):
        return True
    begin, end = clock.begin_of(month), clock.begin_of(later(month, 1))
    return reading.count(db, PublicFilter(received_from=begin, received_until=end)) > 0
