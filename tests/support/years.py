"""What the clock forgets of closed tickets, messages and silent people, at a moment."""

from datetime import datetime

from sqlalchemy.orm import Session

from reports.city import periods
from reports.privacy import retention


def year_after_closing(db: Session, now: datetime) -> int:
    """A piece of each, by the usual periods; how many it came to."""
    steps = {
        "words_months": retention.forget_words_of_closed,
        "people_months": retention.forget_people,
        "originals_months": retention.forget_originals,
        "exif_places_months": retention.forget_exif_places,
        "messages_months": retention.forget_messages,
        "silent_months": retention.forget_silent,
    }
    return sum(forget(db, periods.begin({}, key, now)) for key, forget in steps.items())
