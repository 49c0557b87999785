"""Another authority's own system says what has become of a ticket that was handed to it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import admit
from reports.actions.assign import not_ours
from reports.actions.move import move
from reports.city.models import Department
from reports.people.permissions import Actor, Do, NotTheirs
from reports.tickets import events, history
from reports.tickets.lock import changed, locked
from reports.tickets.models import Ticket
from reports.tickets.status import MoveRefused, Status, status_of


class Said(StrEnum):
    """What such systems say of a ticket: GeoReport's two, and those that FixMyStreet has added."""

    OPEN = "open"
    CLOSED = "closed"
    FIXED = "fixed"
    INVESTIGATING = "investigating"
    FOR_TRIAGE = "for_triage"
    PLANNED = "planned"
    ACTION_SCHEDULED = "action_scheduled"
    IN_PROGRESS = "in_progress"
    INTERNAL_REFERRAL = "internal_referral"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"
    NO_FURTHER_ACTION = "no_further_action"
    NOT_COUNCILS_RESPONSIBILITY = "not_councils_responsibility"


GOES_TO: Final[Mapping[Said, Status | None]] = {
    Said.OPEN: None,
    Said.FOR_TRIAGE: None,
    Said.INTERNAL_REFERRAL: None,
    Said.DUPLICATE: None,
    Said.INVESTIGATING: Status.INSPECTING,
    Said.PLANNED: Status.SCHEDULED,
    Said.ACTION_SCHEDULED: Status.SCHEDULED,
    Said.IN_PROGRESS: Status.IN_PROGRESS,
    Said.FIXED: Status.FIXED,
    Said.CLOSED: Status.FIXED,
    Said.REOPEN: Status.REOPENED,
    Said.NO_FURTHER_ACTION: Status.DECLINED,
    Said.NOT_COUNCILS_RESPONSIBILITY: None,
}
"""To which status of ours it leads; None: to none, the answer alone is kept. NOT_COUNCILS_…: the
ticket goes on to whom the rules name next, or to 担当課未定."""


class NotHandedOver(NotTheirs):
    """It was not handed to an authority of this key, or is not theirs any more."""

    def __str__(self) -> str:
        return "この鍵の機関に引き継いだ受付票ではありません。"


def report_back(
    db: Session, ticket_id: int, by: Actor, said: Said, note: str = "", *, key: str | None = None
) -> Status:
    """It is written down as the authority's answer and the ticket moves as any does, so its
    residents read `note`; gives where it is now.

    Raises NoSuchTicket, NotTheirs, NotHandedOver, MoveRefused, CannotReroute, KeyEnded.
    """
    ticket = locked(db, ticket_id)
    if not admit(db, ticket, by, Do.MOVE, key=key):
        return status_of(ticket.status)
    department = _handed_to(db, ticket, by)
    to, note = GOES_TO[said], note.strip()
    if said is Said.NOT_COUNCILS_RESPONSIBILITY and not note:
        raise MoveRefused("担当ではない理由を書いてください。")
    answer = events.AuthorityAnswered(department.name, department.key, note=note)
    history.write(db, ticket_id, by, answer, key=key)
    ticket.silent_since = None
    changed(db, ticket)
    if said is Said.NOT_COUNCILS_RESPONSIBILITY:
        not_ours(db, ticket_id, by, note)
    elif to and to != ticket.status:
        move(db, ticket_id, to, by, note=note)
    return status_of(ticket.status)


def _handed_to(db: Session, ticket: Ticket, by: Actor) -> Department:
    """The authority that has the ticket; that it was told of it, is asked in `admit`. Raises
    NotHandedOver."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if department is None or department.inside or department.key not in by.departments:
        raise NotHandedOver(Do.MOVE)
    return department
