"""What nobody outside has heard of is taken back."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, admit
from reports.actions.hand_over import hand_over
from reports.people.models import User
from reports.people.permissions import Actor, Do
from reports.tickets import events, history
from reports.tickets.event_kinds import Event
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.status import Status, status_of

_KEPT: Final = (
    "silent_since", "deadline", "deadline_days", "due_from", "long_overdue_on", "paused_at",
    "paused_days",
)  # fmt: skip
_WHY: Final = "まとめて行った操作を元に戻しました。"


class Before(BaseModel):
    """What a ticket had been, as its columns; `change`: its number of changes afterwards."""

    status: Status
    department_id: int | None
    assignee_id: int | None
    silent_since: datetime | None
    deadline: date | None
    deadline_days: int | None
    due_from: date | None
    long_overdue_on: date | None
    paused_at: datetime | None
    paused_days: int
    passes: int
    why: dict[str, Any]
    change: int = 0


def before_it(db: Session, ticket_id: int) -> Before | None:
    """As it is now; None for one in a status that only a newer version knows."""
    columns = [getattr(Ticket, name) for name in Before.model_fields if name != "change"]
    row = db.execute(select(*columns).where(Ticket.id == ticket_id)).one_or_none()
    if row is None or status_of(row.status) not in set(Status):
        return None
    return Before(**row._mapping)


def undo(db: Session, ticket_id: int, before: Before, by: Actor, *, key: str | None = None) -> None:
    """It is again as it had been, if nothing has changed since. Raises NoSuchTicket, NotTheirs,
    CannotReroute."""
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, Do.ASSIGN, key=key):
        return
    if ticket.change != before.change:
        raise CannotReroute("そのあとに変わったため、元に戻せません。")
    for event in _brought_back(db, ticket, before, by):
        history.write(db, ticket_id, by, event, key=key)
        key = None
    changed(db, ticket)


def _brought_back(db: Session, ticket: Ticket, before: Before, by: Actor) -> Iterator[Event]:
    was = ticket.deadline
    if ticket.department_id != before.department_id:
        handed = hand_over(db, ticket, before.department_id, by)
        ticket.why, ticket.passes = before.why, before.passes
        yield events.Assigned(handed, note=_WHY)
    if ticket.status != before.status:
        now, ticket.status = status_of(ticket.status), before.status
        yield events.Moved(now, before.status)
    if ticket.assignee_id != before.assignee_id and _is_there(db, before.assignee_id):
        names = [_name(db, id) for id in (ticket.assignee_id, before.assignee_id)]
        ticket.assignee_id = before.assignee_id
        yield events.PutInCharge(*names)
    for name in _KEPT:
        setattr(ticket, name, getattr(before, name))
    if was != before.deadline:
        yield events.Promised(was, before.deadline, note=_WHY)


def _is_there(db: Session, user_id: int | None) -> bool:
    person = db.get(User, user_id) if user_id else None
    return user_id is None or (person is not None and not person.disabled)


def _name(db: Session, user_id: int | None) -> str | None:
    person = db.get(User, user_id) if user_id else None
    return person.shown_name if person else None
