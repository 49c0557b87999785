"""A ticket goes on to another status, and its followers are told.

Ticket, history and the words to say about it are one commit, the caller's.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.actions.admit import Same, Seen, admit
from reports.actions.merge import locked_to_part, part
from reports.outbox import mails, residents
from reports.outbox.kinds import Moved
from reports.people.permissions import RESIDENT, Actor, Do
from reports.photos import intake
from reports.tickets import callers, deadline, events, history
from reports.tickets.followers import followers
from reports.tickets.lock import changed
from reports.tickets.status import OPEN, TOLD_BY_PUSH, Status, check_move, status_of
from reports.tickets.why import why_of
from store.tasks import later

WAIT_FOR_PHOTO: Final = timedelta(seconds=8)
"""So that the crew's photo is on the card that tells of the repair."""


def move(
    db: Session,
    ticket_id: int,
    to: Status,
    by: Actor,
    *,
    note: str = "",
    photo_ids: Collection[int] = (),
    told_already: int | None = None,
    via: str = "",
    key: str | None = None,
    seen: Seen | None = None,
) -> None:
    """Move a ticket and tell its followers. `note` is read by residents.

    `photo_ids`: the crew's photos of the repaired place. `told_already`: a resident who reads it
    in the answer to what they did. `via`: as of `events.Moved`. `seen`: its status. Raises
    NoSuchTicket, NotTheirs, ChangedMeanwhile, MoveRefused, and CannotMerge where a merge cannot be
    undone.
    """
    ticket, goes_on = locked_to_part(db, ticket_id)
    wish, now = (to, note.strip()), ticket.status
    if not admit(db, ticket, by, Do.MOVE, key=key, seen=seen, now=now, same=_moves(*wish)):
        return
    before = status_of(now)
    check_move(by.role, before, to, note)
    if before is Status.MERGED:
        part(db, ticket, goes_on)
    ticket.status = to
    if to in OPEN:
        ticket.closed_at = None
    else:
        ticket.closed_at, ticket.asked_at = datetime.now(UTC), None
    if to is Status.REOPENED and before is not Status.MERGED:
        deadline.begin_again(db, ticket)
    if to is Status.REOPENED and not why_of(ticket.why):  # it had ended before a worker came to it
        later(db, "route_ticket", ticket_id=ticket_id)
    deadline.settle(db, ticket)
    if to is Status.FORWARDED:
        mails.forward(db, ticket)
    changed(db, ticket)
    if photo_ids:
        intake.uploaded(db, photo_ids, ticket_id, by.user_id)
    moved = events.Moved(before, to, note=note.strip(), via=via)
    history_id = history.write(db, ticket_id, by, moved, key=key)
    if to in TOLD_BY_PUSH:
        callers.await_call(db, ticket_id)
        say = Moved(ticket_id=ticket_id, history_id=history_id)
        wait = WAIT_FOR_PHOTO if photo_ids else timedelta(0)
        residents.push(db, followers(db, ticket_id, without=told_already), [say], wait=wait)


def reopen(db: Session, ticket_id: int, resident_id: int) -> None:
    """A follower says that it is not mended; the others hear of it. Raises MoveRefused."""
    move(db, ticket_id, Status.REOPENED, RESIDENT, told_already=resident_id)


def _moves(to: Status, note: str) -> Same:
    return lambda did: isinstance(did, events.Moved) and (did.to_status, did.note) == (to, note)
