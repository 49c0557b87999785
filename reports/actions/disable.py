"""Somebody works here no more: they come in no more, and what they had is free for others."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.people.models import SignIn, User
from reports.tickets import events, history
from reports.tickets.lock import changed, locked_as_found
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN

_WHY = "この人の利用を止めたため、自動で外しました。"


def disable(db: Session, name: str) -> int | None:
    """They cannot sign in any more, and are signed out; gives their id, None where nobody has this
    name. To be committed before `release`."""
    user = db.scalar(select(User).where(User.name == name.strip().casefold()))
    if user is None:
        return None
    user.disabled = True
    db.execute(delete(SignIn).where(SignIn.user_id == user.id))
    return user.id


def release(db: Session, user_id: int) -> int:
    """The open tickets that they are in charge of are nobody's again; gives how many there were."""
    theirs = select(Ticket.id).where(
        Ticket.assignee_id == user_id, Ticket.status.in_([str(one) for one in OPEN])
    )
    held = locked_as_found(db, lambda: db.scalars(theirs))
    for ticket in held:
        let_go(db, ticket)
    return len(held)


def let_go(db: Session, ticket: Ticket) -> None:
    """Where who is in charge may not come in any more, nobody is."""
    person = db.get(User, ticket.assignee_id) if ticket.assignee_id else None
    if person is None or not person.disabled:
        return
    ticket.assignee_id = None
    history.write(db, ticket.id, None, events.PutInCharge(person.shown_name, None, note=_WHY))
    changed(db, ticket)
