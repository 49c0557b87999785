"""A photo that could not be taken over: its sender hears so with what is said to them next."""

from typing import Final

from sqlalchemy.orm import Session

from reports.outbox import residents
from reports.outbox.kinds import PhotoLost
from reports.photos.intake import LOST
from store import sql


def tell_lost(db: Session, ticket_id: int, photo_id: int | None = None) -> None:
    """With the ticket's card while that waits, else with their next answer; once for each reason.

    All lost photos of the ticket's reports, or this one. No push is spent on it.
    """
    for resident_id, person, state in sql.run(
        db, _LOST, ticket=ticket_id, photo=photo_id, lost=list(LOST)
    ).fetchall():
        say = PhotoLost(state=state, ticket_id=ticket_id)
        card = residents.waiting_for(db, resident_id, f"ticket:{ticket_id}")
        if card is None:
            residents.hold(db, person, say)
        else:
            residents.say_too(db, card, say)


_LOST: Final = """
    SELECT DISTINCT s.id, s.line_user_id, p.state
    FROM photos p JOIN reports r ON r.id = p.report_id JOIN residents s ON s.id = r.resident_id
    WHERE r.ticket_id = %(ticket)s AND p.state = ANY(%(lost)s)
      AND p.id = coalesce(%(photo)s::bigint, p.id)
"""
