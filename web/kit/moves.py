"""A form that moves a ticket: what it wishes, and its one commit."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.move import move
from reports.people.sessions import Visitor
from reports.photos import intake
from reports.tickets.models import Ticket
from reports.tickets.read_models import TicketDetail
from reports.tickets.status import Status, check_move
from store.database import transaction
from store.photo_files import FilesAway, key_of
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.labels import STATUSES
from web.kit.photos import photo_store
from web.kit.tickets import ticket_for

_TRIES: Final = 20
_TRY_AGAIN_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a ticket shall go, from the status that the page showed; `note` is for residents."""

    to: Status
    seen: Status | None
    note: str
    photos: list[bytes]


def wish_from(form: Posted) -> Wish:
    """Raises BadInput."""
    seen = form.fields.get("seen")
    return Wish(
        _status(form.fields.get("to", "")),
        _status(seen) if seen else None,
        form.words("note"),
        form.photos,
    )


def carry_out(visitor: Visitor, number: str, wish: Wish) -> None:
    """Move it; the same wish of the same person twice is one move.

    Raises NotFound, Overtaken, MoveRefused, FilesAway.
    """
    with transaction() as db:
        found = ticket_for(db, visitor, number)
    if _done_already(visitor, found, wish):
        return
    _check(visitor, found.ticket.status, wish)
    with _in_the_store(wish.photos) as photo_ids, transaction() as db:
        _check(visitor, _locked(db, found.ticket.id), wish)
        move(db, found.ticket.id, wish.to, visitor.actor, note=wish.note, photo_ids=photo_ids)


@contextmanager
def _in_the_store(photos: Sequence[bytes]) -> Iterator[list[int]]:
    """Their ids. The files are named before they are there, so that nobody deletes them; where
    nothing comes of it they go again. Raises FilesAway."""
    keys, done = [key_of(photo, "original") for photo in photos], False
    with transaction() as db:
        photo_ids = [intake.upload_begun(db, key) for key in keys]
    try:
        _wait_for_who_deletes(keys)
        for photo in photos:
            photo_store().put(photo, "original")
        yield photo_ids
        done = True
    finally:
        if photo_ids and not done:
            with transaction() as db:
                intake.upload_in_vain(db, photo_ids)


def _wait_for_who_deletes(keys: Collection[str]) -> None:
    """The same bytes were somebody else's, and just now are nobody's any more."""
    for _ in range(_TRIES):
        with transaction() as db:
            if not intake.are_being_forgotten(db, keys):
                return
        time.sleep(_TRY_AGAIN_SECONDS)
    raise FilesAway("the same files are being deleted")


def _check(visitor: Visitor, status: Status, wish: Wish) -> None:
    if wish.seen not in (None, status):
        raise Overtaken(
            f"画面を開いている間に、ほかの人が「{STATUSES[status].text}」に変えました。"
            "いまの状態を確かめてから、もう一度選んでください。"
        )
    check_move(visitor.role, status, wish.to, wish.note)


def _done_already(visitor: Visitor, found: TicketDetail, wish: Wish) -> bool:
    """A phone that lost the answer sends again; that is no second move."""
    moves = [line for line in found.history if line.to_status]
    return bool(
        moves
        and found.ticket.status is wish.to
        and moves[-1].to_status is wish.to
        and moves[-1].from_status is wish.seen
        and moves[-1].actor_id == visitor.user_id
    )


def _locked(db: Session, ticket_id: int) -> Status:
    statement = select(Ticket.status).where(Ticket.id == ticket_id).with_for_update()
    return Status(db.execute(statement).scalar_one())


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise BadInput("どの状態に変えるかを選んでください。") from None
