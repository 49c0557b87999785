"""Taking a ticket to change it, and giving it its new place among the changes."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.tickets.models import CHANGES, Ticket


class NoSuchTicket(Exception):
    """No ticket has this number or id."""


def locked(db: Session, ticket_id: int) -> Ticket:
    """The ticket, nobody else's until the commit. Raises NoSuchTicket."""
    ticket = db.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NoSuchTicket(str(ticket_id))
    return ticket


def changed(db: Session, ticket: Ticket) -> None:
    """Give the ticket a new place in the sequence of changes that maps and lists follow."""
    ticket.updated_at = datetime.now(UTC)
    ticket.change = db.execute(select(CHANGES.next_value())).scalar_one()
    db.flush()
