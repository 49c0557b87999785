"""One ticket at the desk: all that is known, and the forms that move it, ask, or put together."""

from typing import Final

from fastapi import APIRouter, Response

from reports.actions.ask import ask as ask_reporters
from reports.actions.merge import merge as merge_tickets
from reports.tickets.numbers import number_in
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk.ticket import changes, notes
from web.desk.ticket.page import desk_page, done
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.moves import carry_out
from web.kit.proof import in_turn
from web.kit.tickets import acting_on

router = APIRouter(include_in_schema=False)
router.include_router(changes.router)
router.include_router(notes.router)

OTHER: Final = "other"


@router.get("/staff/tickets/{number}")
def ticket_page(
    number: str, visitor: Staff, db: Db, moved: str = "", asked: bool = False, changed: str = ""
) -> Response:
    """Everything about one ticket, and what may be done with it next."""
    return desk_page(db, visitor, number, moved=moved, asked=asked, changed=changed)


@router.post("/staff/tickets/{number}/move")
async def move_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: as of `carry_out`."""

    def move() -> str:
        return f"?moved={carry_out(visitor, number, form)}"

    return await in_turn(form.photos, lambda: done(move, visitor, number, form))


@router.post("/staff/tickets/{number}/ask")
def ask_residents(number: str, visitor: Staff, form: Form) -> Response:
    """Field: words, which go over LINE to everybody who reported it."""

    def ask() -> str:
        words = form.words("words")
        if not words:
            raise BadInput("質問を書いてください。")
        with acting_on(number) as (db, id):
            ask_reporters(db, id, visitor.actor, words, key=form.key)
        return "?asked=1"

    return done(ask, visitor, number, form)


@router.post("/staff/tickets/{number}/merge")
def merge_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: into (a ticket number as people type it, or "other": see number), number, note."""

    def merge() -> str:
        into, note = _into(form), form.words("note")
        with acting_on(number) as (db, id):
            merge_tickets(db, id, into, visitor.actor, note=note, key=form.key)
        return ""

    return done(merge, visitor, number, form)


def _into(form: Posted) -> str:
    typed = form.words("into")
    number = number_in(form.words("number") if typed == OTHER else typed)
    if number is None:
        raise BadInput("まとめる先の受付番号(例 123-456-789)を確かめてください。")
    return number
