"""Taking a ticket to change it, and giving it its new place among the changes.

One order for all, so that nobody waits for somebody who waits for them: residents by their ids,
then tickets by theirs. Who holds a ticket asks for no resident any more, nor for an older ticket.
"""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import Resident
from reports.tickets.followers import reporters
from reports.tickets.models import CHANGES, Ticket


class NoSuchTicket(Exception):
    """No ticket has this number or id."""


def locked(db: Session, ticket_id: int) -> Ticket:
    """The ticket, nobody else's until the commit. Raises NoSuchTicket."""
    ticket = db.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NoSuchTicket(str(ticket_id))
    return ticket


def locked_both(db: Session, ticket_id: int, other_id: int) -> tuple[Ticket, Ticket]:
    """As `locked`, two of them; given in the order in which they were asked for."""
    held = {one: locked(db, one) for one in sorted((ticket_id, other_id))}
    return held[ticket_id], held[other_id]


def locked_with_reporters(db: Session, ticket_id: int) -> tuple[Ticket, list[Resident]]:
    """The ticket and those who reported it and can be asked, nobody else's until the commit.

    Raises NoSuchTicket.
    """
    asked = reporters(db, ticket_id)
    return locked(db, ticket_id), asked


def changed(db: Session, ticket: Ticket) -> None:
    """Give the ticket a new place in the sequence of changes that maps and lists follow."""
    ticket.updated_at = datetime.now(UTC)
    ticket.change = db.execute(select(CHANGES.next_value())).scalar_one()
    db.flush()
