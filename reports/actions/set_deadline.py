"""Staff promise another day."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import CannotReroute, Seen, opened
from reports.city import clock
from reports.people.permissions import Actor, Do
from reports.tickets import deadline, events, history
from reports.tickets.lock import changed
from reports.tickets.models import Ticket

FURTHEST: Final = timedelta(days=3 * 365)


def set_deadline(
    db: Session,
    ticket_id: int,
    day: date,
    by: Actor,
    note: str,
    *,
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """The last day in time is this one, or the business day before it. `note`: why, for staff.

    `seen`: the day it was (ISO), or "". Raises as `opened`.
    """
    ticket = opened(db, ticket_id, by, Do.SET_DEADLINE, key=key, seen=seen, now=_day)
    if ticket is None:
        return
    if not note.strip():
        raise CannotReroute("期限を変える理由を書いてください。")
    if not clock.today() <= day <= clock.today() + FURTHEST:
        raise CannotReroute("期限には、今日から3年以内の日を選んでください。")
    before = ticket.deadline
    deadline.put_on(db, ticket, day)
    if ticket.deadline is None or ticket.deadline == before:
        raise CannotReroute("その日は、いまの期限と同じです。")
    promised = events.Promised(before, ticket.deadline, note=note.strip())
    history.write(db, ticket_id, by, promised, key=key)
    changed(db, ticket)


def _day(_: Session, ticket: Ticket) -> str:
    return ticket.deadline.isoformat() if ticket.deadline else ""
