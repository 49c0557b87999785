"""A form that moves a ticket: what it wishes, and its one commit."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.move import move
from reports.people.sessions import Visitor
from reports.photos import intake
from reports.tickets.models import Ticket
from reports.tickets.read_models import TicketDetail
from reports.tickets.status import Status, check_move
from store.database import transaction
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.labels import STATUSES
from web.kit.photos import photo_store
from web.kit.tickets import ticket_for


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

    Photos go to the store before the commit that names them. Raises NotFound, Overtaken,
    MoveRefused, FilesAway.
    """
    with transaction() as db:
        found = ticket_for(db, visitor, number)
    if _done_already(visitor, found, wish):
        return
    _check(visitor, found.ticket.status, wish)
    keys = [photo_store().put(photo, "original") for photo in wish.photos]
    with transaction() as db:
        _check(visitor, _locked(db, found.ticket.id), wish)
        ids = [intake.uploaded(db, original=key, ticket_id=found.ticket.id) for key in keys]
        move(db, found.ticket.id, wish.to, visitor.actor, note=wish.note, photo_ids=ids)


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
