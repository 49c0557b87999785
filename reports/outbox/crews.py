"""Words to crew members by their own LINE: about urgent tickets, once for each ticket and person.

They go the way of all words (reports/outbox/residents.py): gathered, tried again, held where the
month's pushes are used up.
"""

import json
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.outbox import residents
from reports.outbox.crew_kinds import CrewAbout, CrewTicket
from reports.outbox.say import to_json
from reports.people import crew_links
from reports.tickets import history
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN, status_of
from store import sql

WAIT_FOR_PHOTO: Final = timedelta(seconds=8)
"""So that the photo of the place is on the card."""
FINISHED_BY: Final = "line:"
"""Before the id of the LINE message with the photo: the key of that press."""


def tell_urgent(db: Session, ticket: Ticket) -> None:
    """Where it is urgent and open, the linked crew of its department and whoever is in charge hear
    of it, unless they have before. For whoever holds the ticket."""
    if not ticket.urgent or status_of(ticket.status) not in OPEN:
        return
    lines = [line for _, line in crew_links.lines_of(db, ticket.department_id, ticket.assignee_id)]
    say = CrewTicket(ticket_id=ticket.id)
    if lines:
        untold = sql.run(db, _UNTOLD, lines=lines, say=json.dumps([to_json(say)]))
        residents.push(db, [line for (line,) in untold], [say], wait=WAIT_FOR_PHOTO, soon=True)


def tell_photo_lost(db: Session, ticket_id: int, line_message_id: str) -> None:
    """The photo that finished this ticket could not be taken over: its sender hears so."""
    by = history.who_pressed(db, ticket_id, f"{FINISHED_BY}{line_message_id}")
    lines = [line for _, line in crew_links.lines_of(db, None, by)]
    residents.push(db, lines, [CrewAbout(key="photo_lost", ticket_id=ticket_id)])


_UNTOLD: Final = """
    SELECT line FROM unnest(%(lines)s::text[]) WITH ORDINALITY AS told(line, at)
    WHERE NOT EXISTS (SELECT FROM messages
                      WHERE recipient = line AND say @> %(say)s::jsonb) ORDER BY at
"""
