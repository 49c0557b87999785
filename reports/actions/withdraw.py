"""A resident takes their report back."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.actions.move import move
from reports.people.permissions import RESIDENT
from reports.tickets import events, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Follower, Report
from reports.tickets.status import Status, check_move, status_of


def withdraw(db: Session, ticket_id: int, resident_id: int) -> bool:
    """A resident takes their report back. The ticket ends with it, unless others wait for it too.

    Returns whether it ended. Raises NoSuchTicket, MoveRefused.
    """
    ticket = locked(db, ticket_id)
    db.execute(
        update(Report)
        .where(Report.ticket_id == ticket_id, Report.resident_id == resident_id)
        .values(withdrawn_at=datetime.now(UTC))
    )
    others = db.scalar(
        select(Follower.resident_id)
        .where(Follower.ticket_id == ticket_id, Follower.resident_id != resident_id)
        .limit(1)
    )
    if others is None:
        move(db, ticket_id, Status.DECLINED, RESIDENT, note=_WITHDRAWN, told_already=resident_id)
        return True
    check_move(RESIDENT.role, status_of(ticket.status), Status.DECLINED, _WITHDRAWN)
    history.write(db, ticket_id, RESIDENT, events.Withdrawn())
    row = db.get_one(Follower, (ticket_id, resident_id))
    db.delete(row)
    changed(db, ticket)
    return False


_WITHDRAWN: Final = "通報した人が取り下げました。"
