"""Whoever told staff of a ticket is rung back; or their number is forgotten."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.people.permissions import Actor, Do
from reports.tickets import events, history
from reports.tickets.lock import changed, locked_of_report
from reports.tickets.models import Caller


def called_back(
    db: Session, report_id: int, by: Actor, note: str = "", *, key: str | None = None
) -> None:
    """They know how it stands. `note`: what was said, for staff. Nothing where they are forgotten.

    Raises NotTheirs.
    """
    ticket = locked_of_report(db, report_id)
    caller = db.get(Caller, report_id)
    if caller is None or not admit(db, ticket, by, Do.FILE, key=key):
        return
    caller.due_since, caller.called_at, caller.called_by = None, datetime.now(UTC), by.name
    history.write(db, ticket.id, by, events.CalledBack(note=note), key=key)
    changed(db, ticket)


def forget_caller(db: Session, report_id: int, by: Actor) -> None:
    """Their name and number go at once. Raises NotTheirs."""
    ticket = locked_of_report(db, report_id)
    if admit(db, ticket, by, Do.FILE):
        db.execute(delete(Caller).where(Caller.report_id == report_id))
        changed(db, ticket)
