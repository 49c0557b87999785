"""A crew takes back what it has just told: the ticket is again as it had been, and residents, whom
the words have not left for yet, hear nothing.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, Field
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reports.actions.admit import department_of
from reports.actions.move import UNDO
from reports.actions.undo import Before, before_it
from reports.outbox import answers, residents
from reports.patrols.models import PatrolFind
from reports.people.permissions import Actor, Do, NotTheirs, may
from reports.photos import intake
from reports.tickets import callers, history, work_events
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.status import MoveRefused, status_of
from reports.tickets.undoable import minute
from reports.tickets.work_models import Work
from store import sql

LATE: Final = timedelta(seconds=5)
"""So much longer than people are told it may be on its way."""


class Found(BaseModel):
    """What a crew's work found and left: the ticket's columns `before` it, and when an answer was
    waited for; `left`: its status, department and assignee afterwards; `last`: the last line of
    history that belongs to it; `photos`: what came with it; `found`: as of `report_work.Done`."""

    before: Before
    department: str | None = None
    asked_at: datetime | None = None
    unread_since: datetime | None = None
    left: tuple[str, int | None, int | None] = ("", None, None)
    last: int = 0
    photos: list[int] = Field(default_factory=list)
    found: int | None = None


class TooLate(MoveRefused):
    """The message says why, in Japanese; `reason` in a word: nothing, late, told, gone_on."""

    def __init__(self, reason: str) -> None:
        super().__init__(_WHY[reason])
        self.reason = reason


def words_wait() -> timedelta:
    """Until nobody can take it back any more."""
    return minute() + 2 * LATE if minute() else timedelta(0)


def found_at(db: Session, ticket: Ticket) -> Found | None:
    """As a ticket is before somebody works on it; None where nothing can be taken back."""
    before = before_it(db, ticket.id) if minute() else None
    if before is None:
        return None
    return Found(
        before=before,
        department=department_of(db, ticket) or None,
        asked_at=ticket.asked_at,
        unread_since=ticket.unread_since,
    )


def leave_undo(db: Session, work_id: int, ticket: Ticket, found: Found) -> None:
    """What the ticket is after that work, by which it can be taken back."""
    found.left = (ticket.status, ticket.department_id, ticket.assignee_id)
    found.last = history.last_id(db, ticket.id)
    undo = found.model_dump(mode="json")
    db.execute(update(Work).where(Work.id == work_id).values(undo=undo))


def take_back(db: Session, history_id: int, by: Actor) -> int:
    """As if it had not been told; twice is the same. Returns the ticket's id.

    Raises NoSuchTicket, NotTheirs, TooLate.
    """
    line = history.line(db, history_id)
    if line is None or by.user_id is None or line.actor_id != by.user_id:
        raise NotTheirs(Do.MOVE)
    ticket_id = line.ticket_id
    ticket = locked(db, ticket_id)
    work = db.scalar(select(Work).where(Work.history_id == history_id))
    if work is None:
        if history.is_taken_back(db, history_id):
            return ticket_id
        raise TooLate("nothing")
    _check(db, ticket, work, by)
    found = Found(**work.undo or {})
    if not residents.unsay(db, f"{UNDO}{history_id}"):
        raise TooLate("told")
    callers.await_no_call(db, ticket_id, line.at)
    answers.unsay(db, history_id)
    seen_only = update(PatrolFind).where(PatrolFind.report_id == found.found)
    db.execute(seen_only.values(is_fixed=False))
    for photo_id in found.photos:
        intake.remove(db, photo_id)
    taken = work_events.TakenBack(
        work.outcome, str(status_of(ticket.status)), str(found.before.status)
    )
    db.execute(delete(Work).where(Work.id == work.id))
    history.take_back(db, ticket_id, (history_id, found.last), taken)
    _restore(ticket, found)
    changed(db, ticket)
    return ticket_id


def give_up(db: Session, history_id: int, by: Actor) -> None:
    """It is not taken back any more: who waits to hear of it hears now. Raises NotTheirs."""
    line = history.line(db, history_id)
    if line is None or by.user_id is None or line.actor_id != by.user_id:
        raise NotTheirs(Do.MOVE)
    locked(db, line.ticket_id)
    work = db.scalar(select(Work).where(Work.history_id == history_id))
    if work is not None:
        work.undo = None
        residents.let_go(db, f"{UNDO}{history_id}")


def _check(db: Session, ticket: Ticket, work: Work, by: Actor) -> None:
    if (
        work.undo is None
        or not sql.run(db, _IN_TIME, work=work.id, minute=minute() + LATE).fetchone()
    ):
        raise TooLate("late")
    found = Found(**work.undo)
    if not may(by, Do.MOVE, found.department):
        raise NotTheirs(Do.MOVE)
    now = (ticket.status, ticket.department_id, ticket.assignee_id)
    if (
        now != found.left
        or ticket.merged_into
        or history.is_changed_since(db, ticket.id, found.last)
    ):
        raise TooLate("gone_on")


def _restore(ticket: Ticket, found: Found) -> None:
    facts: dict[str, Any] = {name: getattr(found.before, name) for name in _COLUMNS}
    facts |= {"closed_at": None, "asked_at": found.asked_at, "unread_since": found.unread_since}
    for name, value in facts.items():
        setattr(ticket, name, value)


_COLUMNS: Final = tuple(name for name in Before.model_fields if name != "change")
_WHY: Final = {
    "nothing": "取り消すものがありません。",
    "late": "取り消せる時間が過ぎました。直すときは、職員に知らせてください。",
    "told": "通報した人に、もう届いています。直すときは、職員に知らせてください。",
    "gone_on": "そのあとに、ほかの人がこの受付票を変えたため、取り消せません。"
    "受付票を開いて確かめてください。",
}
_IN_TIME: Final = """
    SELECT 1 FROM works WHERE id = %(work)s AND created_at > clock_timestamp() - %(minute)s
"""
