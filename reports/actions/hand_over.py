"""A ticket changes hands: what ends with whoever had it, and who must know."""

from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.outbox import crews, mails
from reports.people.colleagues import takes
from reports.people.models import User
from reports.people.permissions import Actor
from reports.tickets import deadline, events, history
from reports.tickets.models import Ticket
from reports.tickets.status import Status


def hand_over(
    db: Session, ticket: Ticket, department_id: int | None, by: Actor | None
) -> events.Handed | None:
    """From now on it is this department's, or nobody's. Returns from whom to whom, for its history.

    None where nothing changes. A ticket that another authority was told of is no longer theirs: it
    is received again, without a push; the followers hear of it with the next news. A department
    of the city's own hears of a ticket that others have had before.
    """
    if ticket.department_id == department_id:
        return None
    before, after = (
        db.get(Department, id) if id else None for id in (ticket.department_id, department_id)
    )
    ticket.department_id, ticket.silent_since = department_id, None
    _let_go(db, ticket, after.key if after else None, by)
    if ticket.status == Status.FORWARDED:
        _take_back(db, ticket, by)
    deadline.settle(db, ticket)
    if ticket.routed_at and after and after.inside:
        mails.tell(db, ticket, [after.key])
        crews.tell_urgent(db, ticket)
    return events.Handed(before.key if before else None, after.key if after else None)


def _let_go(db: Session, ticket: Ticket, department: str | None, by: Actor | None) -> None:
    """Who works for other departments alone is in charge of it no longer."""
    person = db.get(User, ticket.assignee_id) if ticket.assignee_id else None
    if person and not takes(db, person, department):
        ticket.assignee_id = None
        history.write(db, ticket.id, by, events.PutInCharge(person.shown_name, None))


def _take_back(db: Session, ticket: Ticket, by: Actor | None) -> None:
    ticket.status = Status.RECEIVED
    history.write(db, ticket.id, by, events.Moved(Status.FORWARDED, Status.RECEIVED))
