"""A ticket goes on to another status, and its followers are told.

Ticket, history and the words to say about it are one commit, the caller's.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import Same, Seen, admit
from reports.actions.disable import let_go
from reports.actions.due_again import due_again
from reports.actions.merge import locked_to_part, part
from reports.outbox import answers, mails, residents
from reports.outbox.kinds import Moved
from reports.people.permissions import RESIDENT, Actor, Do
from reports.photos import intake
from reports.tickets import callers, deadline, events, history
from reports.tickets.followers import followers
from reports.tickets.lock import changed
from reports.tickets.models import Ticket
from reports.tickets.outcomes import Outcome
from reports.tickets.status import OPEN, TOLD_BY_PUSH, Status, check_move, status_of
from reports.tickets.why import why_of
from store.tasks import later

WAIT_FOR_PHOTO: Final = timedelta(seconds=8)
"""So that the crew's photo is on the card that tells of the repair."""
UNDO: Final = "undo:"
"""Before the id of the line of history: what words wait for that may be taken back."""


def move(
    db: Session,
    ticket_id: int,
    to: Status,
    by: Actor,
    *,
    note: str = "",
    photo_ids: Collection[int] = (),
    told_already: int | None = None,
    outcome: Outcome | None = None,
    via: str = "",
    undo_for: timedelta = timedelta(0),
    key: str | None = None,
    seen: Seen | None = None,
) -> Status:
    """Move a ticket and tell its followers; gives where it has gone. `note` is read by residents.

    One that was put together with another goes on alone again, as it was before: whatever its
    followers have heard meanwhile was the other's.

    `photo_ids`: of the repaired place. `told_already`: a resident who reads it in the answer to
    what they did. `outcome`: of a crew, which may say the same status once more while the ticket is
    open. `via`: as of `events.Moved`. `undo_for`: so long nobody is told, as `take_back` may undo
    it. `seen`: its status. Raises NoSuchTicket, NotTheirs, ChangedMeanwhile, MoveRefused, and
    CannotMerge where they cannot undo a merge.
    """
    ticket, goes_on = locked_to_part(db, ticket_id)
    before, note = status_of(ticket.status), note.strip()
    if not admit(db, ticket, by, Do.MOVE, key=key, seen=seen, now=before, same=_moves(to, note)):
        return before
    if not (outcome and before is to and to in OPEN):
        check_move(by.role, before, to, note)
    is_parted = before is Status.MERGED
    to = part(db, ticket, goes_on, by) if is_parted else to
    _stand(db, ticket, before, to, goes_on)
    if photo_ids:
        intake.uploaded(db, photo_ids, ticket_id, by.user_id)
    moved = events.Moved(before, to, outcome=outcome, note=note, via=via)
    history_id = history.write(db, ticket_id, by, moved, key=key)
    if is_parted or (to in TOLD_BY_PUSH and before is not to):
        wait = max(WAIT_FOR_PHOTO if photo_ids else timedelta(0), undo_for)
        _tell(db, ticket_id, history_id, wait, can_undo=bool(undo_for), but=told_already)
    return to


def _stand(db: Session, ticket: Ticket, before: Status, to: Status, goes_on: Ticket) -> None:
    """It is where it has gone, with the deadline of that, and whoever it is handed to gets it;
    `goes_on`: the ticket that it had gone on in, or itself."""
    is_parted = before is Status.MERGED
    ticket.status = to
    if to in OPEN:
        ticket.closed_at = None
    else:
        ticket.closed_at, ticket.asked_at = datetime.now(UTC), None
    if to is Status.REOPENED or is_parted:
        _go_on(db, ticket, goes_on)
    deadline.settle(db, ticket)
    if to is Status.FORWARDED and not is_parted:
        mails.forward(db, ticket)
    changed(db, ticket)


def _tell(
    db: Session,
    ticket_id: int,
    history_id: int,
    wait: timedelta,
    *,
    can_undo: bool,
    but: int | None,
) -> None:
    """Its followers, but for one who has read it, and who is to be called back; after `wait`,
    unless it was undone until then."""
    callers.await_call(db, ticket_id)
    residents.push(
        db,
        followers(db, ticket_id, without=but),
        [Moved(ticket_id=ticket_id, history_id=history_id)],
        wait=wait,
        waits_for=f"{UNDO}{history_id}" if can_undo else None,
    )
    answers.tell(db, ticket_id, history_id, wait)


def _go_on(db: Session, ticket: Ticket, parted_from: Ticket) -> None:
    """It had ended, and has not; `parted_from`: the ticket that it had gone on in, or itself."""
    let_go(db, ticket)
    if ticket is parted_from:
        due_again(db, ticket)
    else:
        for one in (ticket, parted_from):
            deadline.calm(db, one)
    if not why_of(ticket.why):  # it had ended before a worker came to it
        later(db, "route_ticket", ticket_id=ticket.id)


def reopen(db: Session, ticket_id: int, resident_id: int) -> None:
    """A follower says that it is not mended; the others hear of it. Raises MoveRefused."""
    move(db, ticket_id, Status.REOPENED, RESIDENT, told_already=resident_id)


def _moves(to: Status, note: str) -> Same:
    return lambda did: isinstance(did, events.Moved) and (did.to_status, did.note) == (to, note)
