"""保留: a ticket is kept past its period, for a reason, until a day or until somebody ends it.

No line of history: nothing happens to the road by it, and a closed ticket must not read as if it
had been worked on. Who, when and why stand in its own row, which the audit log watches
(docs/decisions/0070).
"""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.people.permissions import Actor, Do
from reports.tickets import holds
from reports.tickets.hold_models import TicketHold
from reports.tickets.lock import locked

LONGEST_WHY: Final = 200


class NoReason(ValueError):
    """It says not why."""


class NoSuchHold(Exception):
    """This ticket has none of this id."""


def hold(db: Session, ticket_id: int, why: str, until: date | None, by: Actor, *, key: str) -> None:
    """From the commit on it and all that are together with it are not thrown away. The same `key`
    is the same press.

    Raises NoSuchTicket (thrown away already), NotTheirs, NoReason.
    """
    ticket = locked(db, ticket_id)
    admit(db, ticket, by, Do.HOLD)
    if not why.strip():
        raise NoReason
    if holds.pressed(db, ticket_id, key):
        return
    db.add(
        TicketHold(
            ticket_id=ticket_id,
            why=why.strip(),
            until=until,
            by_id=by.user_id,
            by_name=by.name,
            key=key,
        )
    )
    db.flush()


def end_hold(db: Session, ticket_id: int, hold_id: int, by: Actor) -> None:
    """It keeps the ticket no more; one that is over stays as it is. Raises NoSuchTicket,
    NotTheirs, NoSuchHold."""
    ticket = locked(db, ticket_id)
    admit(db, ticket, by, Do.HOLD)
    its = TicketHold.id == hold_id, TicketHold.ticket_id == ticket_id
    found = db.scalar(select(TicketHold).where(*its))
    if found is None:
        raise NoSuchHold(str(hold_id))
    if found.ended_at is None:
        found.ended_at, found.ended_by = datetime.now(UTC), by.name
        db.flush()
