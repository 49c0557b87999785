"""One ticket at the desk: all that is known, and the forms that move it, ask, or put together."""

from typing import Final

from fastapi import Response
from fastapi.responses import JSONResponse

from reports.actions.admit import Seen
from reports.actions.ask import ask as ask_reporters
from reports.actions.merge import merge_all
from reports.actions.move import move
from reports.tickets import queries
from reports.tickets.numbers import number_in
from reports.tickets.status import Status
from web.auth import who
from web.auth.csrf import Form
from web.desk.ticket import changes, notes, preview, publishing
from web.desk.ticket.page import desk_page, done
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.moves import carry_out
from web.kit.proof import in_turn
from web.kit.router import Router
from web.kit.tickets import acting_on, id_of

router = Router(include_in_schema=False)
router.include(changes.router)
router.include(notes.router)
router.include(preview.router)
router.include(publishing.router)

THIS: Final = "this"
OTHER: Final = "other"


@router.get("/staff/tickets/{number}")
def ticket_page(
    number: str,
    visitor: who.IsAtDesk,
    db: Db,
    moved: str = "",
    asked: bool = False,
    changed: str = "",
    parted: str = "",
) -> Response:
    """Everything about one ticket, and what may be done with it next."""
    return desk_page(db, visitor, number, moved=moved, asked=asked, changed=changed, parted=parted)


@router.get("/staff/tickets/{number}/news")
def news_of(number: str, visitor: who.IsAtDesk, db: Db, change: int = 0) -> Response:
    """Its `change` as it is now; 204 where that is the one that the page shows."""
    known = number_in(number)
    now = queries.change_of(db, known) if known else None
    if now is None:
        raise NotFound("この番号の受付票はありません。番号をお確かめください。")
    return Response(status_code=204) if now == change else JSONResponse({"change": now})


@router.post("/staff/tickets/{number}/move")
async def move_ticket(number: str, visitor: who.Moves, form: Form) -> Response:
    """Fields: as of `carry_out`."""

    def go_on() -> str:
        return f"?moved={carry_out(visitor, number, form)}"

    return await in_turn(form.photos, lambda: done(go_on, visitor, number, form))


@router.post("/staff/tickets/{number}/ask")
def ask_residents(number: str, visitor: who.Asks, form: Form) -> Response:
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
def merge_ticket(number: str, visitor: who.Merges, form: Form) -> Response:
    """Fields: into ("this", a number as people type it, or "other": see number), number, note,
    and same-1 and so on: numbers of what is the same as this. All but `into` end."""

    def merge() -> str:
        into, note = _into(form, number), form.words("note")
        others = {*_the_same(form)} - {into}
        stays = form.words("into") == THIS
        if stays and not others:
            raise BadInput("まとめる受付票を選んでください。")
        with acting_on(number) as (db, id):
            ending = [id_of(db, one) for one in others] + ([] if stays else [id])
            merge_all(db, ending, into, visitor.actor, note=note, key=form.key)
        return "?changed=gathered" if stays else ""

    return done(merge, visitor, number, form)


@router.post("/staff/tickets/{number}/part")
def part_ticket(number: str, visitor: who.Moves, form: Form) -> Response:
    """Field: one, the number of a ticket that was put together with this one; it goes on alone."""

    def part() -> str:
        one = number_in(form.words("one"))
        if one is None:
            raise BadInput("分ける受付票を選んでください。")
        merged = Seen(what=Status.MERGED)
        with acting_on(number) as (db, _):
            move(db, id_of(db, one), Status.REOPENED, visitor.actor, key=form.key, seen=merged)
        return f"?parted={one}"

    return done(part, visitor, number, form)


def _into(form: Posted, here: str) -> str:
    typed = form.words("into")
    number = number_in({THIS: here, OTHER: form.words("number")}.get(typed, typed))
    if number is None:
        raise BadInput("まとめる先の受付番号(例 123-456-789)を確かめてください。")
    return number


def _the_same(form: Posted) -> list[str]:
    """Numbers of those that are ticked, and of one that is typed."""
    ticked = [told for name, told in form.fields.items() if name.startswith("same-")]
    typed = form.words("number")
    numbers = [number_in(one) for one in (*ticked, *([typed] if typed else []))]
    if None in numbers:
        raise BadInput("まとめる受付番号(例 123-456-789)を確かめてください。")
    return [one for one in numbers if one]
