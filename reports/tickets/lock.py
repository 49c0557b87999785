"""Taking a ticket to change it, and giving it its new place among the changes.

One order for all, so that nobody waits for somebody who waits for them: residents by their ids,
then tickets by theirs. Who holds a ticket asks for no resident any more, nor for an older ticket.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import Resident
from reports.tickets.followers import reporters
from reports.tickets.models import CHANGES, Report, Ticket


class NoSuchTicket(Exception):
    """No ticket has this number or id."""


def locked(db: Session, ticket_id: int) -> Ticket:
    """The ticket as it is now, nobody else's until the commit. Raises NoSuchTicket."""
    # Others may look whether it is there: so does a merged ticket of it that is written twice.
    no_key = {"key_share": True}
    ticket = db.get(Ticket, ticket_id, with_for_update=no_key, populate_existing=True)
    if ticket is None:
        raise NoSuchTicket(str(ticket_id))
    return ticket


def locked_both(db: Session, ticket_id: int, other_id: int) -> tuple[Ticket, Ticket]:
    """As `locked`, two of them; given in the order in which they were asked for."""
    held = locked_all(db, (ticket_id, other_id))
    return held[ticket_id], held[other_id]


def locked_all(db: Session, ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """As `locked`, all of these, by their ids."""
    return {one: locked(db, one) for one in sorted(set(ticket_ids))}


def locked_of_report(db: Session, report_id: int) -> Ticket:
    """As `locked`, the ticket that this report belongs to, also when a merge has just moved it.

    Raises NoSuchTicket.
    """
    whose = select(Report.ticket_id).where(Report.id == report_id)
    for ticket in locked_as_found(db, lambda: db.scalars(whose)):
        return ticket
    raise NoSuchTicket(f"of report {report_id}")


def locked_as_found(db: Session, find: Callable[[], Iterable[int]]) -> list[Ticket]:
    """As `locked`, all that `find` names, in their order; it names the same with them in hand.

    When a merge was faster they are let go (a savepoint gives its locks back) and found anew.
    """
    while True:
        ids, attempt = sorted(set(find())), db.begin_nested()
        held = [locked(db, id) for id in ids]
        if sorted(set(find())) == ids:
            attempt.commit()
            return held
        attempt.rollback()


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
