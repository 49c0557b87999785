"""Whoever told staff of a ticket is rung back; or their number is forgotten."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.people.permissions import Actor, Do
from reports.tickets import events, history
from reports.tickets.lock import changed, locked_of_report
from reports.tickets.models import Caller


class SaidMeanwhile(Exception):
    """The ticket has gone on since: there is more to tell them."""


def called_back(
    db: Session,
    report_id: int,
    by: Actor,
    note: str = "",
    *,
    key: str | None = None,
    seen: int | None = None,
    reached: bool = True,
) -> None:
    """They know how it stands, or were not `reached` and are to be rung again. `note`: what was
    said, for staff. Nothing where they are forgotten.

    `seen`: the line of history that they were told of (`CallerSummary.moved_id`). Raises
    NoSuchTicket, NotTheirs, SaidMeanwhile.
    """
    ticket = locked_of_report(db, report_id)
    caller = db.get(Caller, report_id)
    if caller is None or not admit(db, ticket, by, Do.CALL, key=key):
        return
    moved = history.newest(db, ticket.id, events.Moved)
    if reached and seen is not None and moved and moved.id != seen:
        raise SaidMeanwhile
    caller.called_at, caller.called_by = datetime.now(UTC), by.name
    if reached:
        caller.due_since = None
    history.write(db, ticket.id, by, events.CalledBack(report_id, reached, note=note), key=key)
    changed(db, ticket)


def forget_caller(db: Session, report_id: int, by: Actor) -> None:
    """Their name and number go at once, and what was said. Raises NoSuchTicket, NotTheirs."""
    ticket = locked_of_report(db, report_id)
    if not admit(db, ticket, by, Do.CALL):
        return
    history.make_nobodys(db, [report_id])
    gone = delete(Caller).where(Caller.report_id == report_id).returning(Caller.report_id)
    if db.scalar(gone):
        history.write(db, ticket.id, by, events.Erased())
        changed(db, ticket)
