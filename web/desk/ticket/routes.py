"""One ticket at the desk: all that is known, and the forms that move it, ask, or put together."""

from typing import Final

from fastapi import APIRouter, Response

from reports.actions.ask import ask as ask_reporters
from reports.actions.merge import merge as merge_tickets
from reports.people.sessions import Visitor
from reports.tickets.events import Asked
from reports.tickets.lock import locked_with_reporters
from reports.tickets.numbers import number_in
from reports.tickets.read_models import TicketDetail
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk.ticket import changes
from web.desk.ticket.page import desk_page, done
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.moves import carry_out, wish_from
from web.kit.tickets import ticket_for

router = APIRouter(include_in_schema=False)
router.include_router(changes.router)

OTHER: Final = "other"


@router.get("/staff/tickets/{number}")
def ticket_page(
    number: str, visitor: Staff, db: Db, moved: str = "", asked: bool = False, changed: str = ""
) -> Response:
    """Everything about one ticket, and what may be done with it next."""
    return desk_page(db, visitor, number, moved=moved, asked=asked, changed=changed)


@router.post("/staff/tickets/{number}/move")
def move_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: to, note, seen (the status the page showed), photo (up to four)."""

    def move() -> str:
        wish = wish_from(form)
        carry_out(visitor, number, wish)
        return f"?moved={wish.to}"

    return done(move, visitor, number, form)


@router.post("/staff/tickets/{number}/ask")
def ask_residents(number: str, visitor: Staff, form: Form) -> Response:
    """Field: words, which go over LINE to everybody who reported it."""

    def ask() -> str:
        words = form.words("words")
        if not words:
            raise BadInput("質問を書いてください。")
        with transaction() as db:
            locked_with_reporters(db, ticket_for(db, visitor, number).ticket.id)
            found = ticket_for(db, visitor, number)
            if not _asked_already(found, visitor, words):
                ask_reporters(db, found.ticket.id, visitor.actor, words)
        return "?asked=1"

    return done(ask, visitor, number, form)


@router.post("/staff/tickets/{number}/merge")
def merge_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: into (a ticket number as people type it, or "other": see number), number, note."""

    def merge() -> str:
        into, note = _into(form), form.words("note")
        with transaction() as db:
            ticket = ticket_for(db, visitor, number).ticket
            if ticket.merged_into != into:
                merge_tickets(db, ticket.id, into, visitor.actor, note=note)
        return ""

    return done(merge, visitor, number, form)


def _into(form: Posted) -> str:
    typed = form.words("into")
    number = number_in(form.words("number") if typed == OTHER else typed)
    if number is None:
        raise BadInput("まとめる先の受付番号(例 123-456-789)を確かめてください。")
    return number


def _asked_already(found: TicketDetail, visitor: Visitor, words: str) -> bool:
    """A second press of the same button is no second question."""
    asked = [line for line in found.history if isinstance(line.event, Asked)]
    return bool(
        asked
        and found.ticket.asked_at
        and (asked[-1].note, asked[-1].actor_id) == (words, visitor.user_id)
    )
