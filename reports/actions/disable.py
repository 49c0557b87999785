"""Somebody works here no more: they come in no more, and what they had is free for others."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.invite import may_change_people
from reports.city.models import Department
from reports.people import colleagues, invitations, last_ones, open_sessions
from reports.people.models import User
from reports.people.permissions import Actor
from reports.tickets import events, history
from reports.tickets.lock import changed, locked_as_found
from reports.tickets.models import Ticket
from reports.tickets.status import OPEN

_WHY: Final = "この人の利用を止めたため、自動で外しました。"
_NOT_THEIRS: Final = "この人の役割か担当課が変わったため、自動で外しました。"


def disable(db: Session, name: str, by: Actor | None = None) -> int | None:
    """They cannot sign in any more, are signed out, known in no browser, and no link lets them in;
    gives their id, None where nobody has this name. To be committed before `release`. Raises
    LastOne, NotTheirs."""
    may_change_people(by)
    named = select(User).where(User.name == name.strip().casefold())
    user = db.scalar(named.with_for_update())
    if user is None:
        return None
    if not user.disabled:
        last_ones.keep(db, user, None)
    user.disabled = True
    invitations.revoke(db, user.id)
    open_sessions.end_all(db, user.id)
    return user.id


def enable(db: Session, name: str, by: Actor | None = None) -> bool:
    """They may come in again with their password; whether there is such a person, who has come
    before. Raises NotTheirs."""
    may_change_people(by)
    theirs = User.name == name.strip().casefold(), User.password != ""
    user = db.scalar(select(User).where(*theirs).with_for_update())
    if user:
        user.disabled = False
    return user is not None


def release(db: Session, user_id: int) -> int:
    """The open tickets that they are in charge of and cannot be any more are nobody's again; gives
    how many there were."""
    theirs = select(Ticket.id).where(
        Ticket.assignee_id == user_id, Ticket.status.in_([str(one) for one in OPEN])
    )
    freed = 0
    for ticket in locked_as_found(db, lambda: db.scalars(theirs)):
        person = db.get_one(User, user_id)
        department = db.get(Department, ticket.department_id) if ticket.department_id else None
        key = department.key if department else None
        if person.disabled or not colleagues.takes(db, person, key):
            _free(db, ticket, person, _WHY if person.disabled else _NOT_THEIRS)
            freed += 1
    return freed


def let_go(db: Session, ticket: Ticket) -> None:
    """Where who is in charge may not come in any more, nobody is."""
    person = db.get(User, ticket.assignee_id) if ticket.assignee_id else None
    if person is None or not person.disabled:
        return
    _free(db, ticket, person, _WHY)


def _free(db: Session, ticket: Ticket, person: User, why: str) -> None:
    ticket.assignee_id = None
    history.write(db, ticket.id, None, events.PutInCharge(person.shown_name, None, note=why))
    changed(db, ticket)
