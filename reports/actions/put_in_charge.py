"""One person takes a ticket on, or gives it to another, or back."""

from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, Seen, department_of, opened
from reports.outbox import crews
from reports.people.colleagues import can_be_in_charge
from reports.people.models import User
from reports.people.permissions import Actor, Do, Role
from reports.tickets import events, history
from reports.tickets.lock import changed
from reports.tickets.models import Ticket


def put_in_charge(
    db: Session,
    ticket_id: int,
    user_id: int | None,
    by: Actor,
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """This person of staff, or of its department's crew, is in charge; None: nobody is. A crew
    gives it to its own alone, and staff of other departments take none.

    `seen`: the id of who was, or "". Raises as `opened`.
    """
    ticket = opened(db, ticket_id, by, Do.PUT_IN_CHARGE, key=key, seen=seen, now=_who)
    if ticket is None or ticket.assignee_id == user_id:
        return
    before = db.get(User, ticket.assignee_id) if ticket.assignee_id else None
    after = _who_can(db, ticket, user_id, by) if user_id is not None else None
    ticket.assignee_id = user_id
    names = (person.shown_name if person else None for person in (before, after))
    history.write(db, ticket_id, by, events.PutInCharge(*names), key=key)
    changed(db, ticket)
    if user_id != by.user_id:
        crews.tell_urgent(db, ticket)


def _who_can(db: Session, ticket: Ticket, user_id: int, by: Actor) -> User:
    person = db.get(User, user_id, with_for_update={"read": True}, populate_existing=True)
    is_theirs = person is not None and (by.side is Role.STAFF or by.role == person.role)
    if person is None or not is_theirs or not can_be_in_charge(db, person, _department(db, ticket)):
        raise CannotReroute("その人には任せられません。担当者を選び直してください。")
    return person


def _department(db: Session, ticket: Ticket) -> str | None:
    return department_of(db, ticket) or None


def _who(_: Session, ticket: Ticket) -> str:
    return str(ticket.assignee_id or "")
