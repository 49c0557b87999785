"""A form that moves a ticket: what it wishes, and its one commit."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.actions.move import move
from reports.people.permissions import Role
from reports.photos import intake
from reports.tickets import queries
from reports.tickets.models import Ticket
from reports.tickets.numbers import number_in
from reports.tickets.read_models import TicketDetail, TicketSummary
from reports.tickets.status import Status, check_move
from store.database import transaction
from web.auth.sessions import Visitor
from web.desk.photos import photo_store
from web.kit.errors import BadInput, NotFound, Overtaken
from web.kit.forms import Posted
from web.kit.labels import STATUSES


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


def ticket_for(db: Session, visitor: Visitor, number: str) -> TicketDetail:
    """The ticket of this number, if this visitor may see it. Raises NotFound."""
    known = number_in(number)
    found = queries.ticket(db, number=known) if known else None
    if found is None or not _may_see(visitor, found):
        raise NotFound("この番号の受付票はありません。番号をお確かめください。")
    return found


def point_words(ticket: TicketSummary) -> str:
    """Its place as people write it, latitude first: 35.701500, 139.524600."""
    return f"{ticket.lat:.6f}, {ticket.lon:.6f}"


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
        and moves[-1].actor_name == visitor.name
    )


def _locked(db: Session, ticket_id: int) -> Status:
    statement = select(Ticket.status).where(Ticket.id == ticket_id).with_for_update()
    return Status(db.execute(statement).scalar_one())


def _may_see(visitor: Visitor, found: TicketDetail) -> bool:
    department = found.ticket.department.key if found.ticket.department else None
    return visitor.role is Role.STAFF or department == visitor.department


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise BadInput("どの状態に変えるかを選んでください。") from None
