"""One ticket at the desk: all that is known, and the forms that move it, ask, or put together."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.points import Point
from reports import asking, city, merging
from reports.around import NearTicket, same_holes
from reports.asking import NobodyToAsk
from reports.changes import locked
from reports.facts import TicketLine, TicketPage
from reports.lifecycle import NEEDS_A_REASON, OPEN, TOLD_BY_PUSH, MoveRefused, moves_for
from reports.merging import CannotMerge
from reports.numbers import number_in
from store.database import transaction
from web import quota, story
from web.base_map import Db, first_look
from web.forms import Form, Posted
from web.moving import carry_out, ticket_for, wish_from
from web.pages import page
from web.refusals import BadInput, Overtaken
from web.sessions import Staff, Visitor
from web.showing import shown

router = APIRouter(include_in_schema=False)

NEAR_M: Final = 200.0
NEAR_DAYS: Final = 365
OTHER: Final = "other"


@router.get("/staff/tickets/{number}")
def ticket_page(
    number: str, visitor: Staff, db: Db, moved: str = "", asked: bool = False
) -> Response:
    """Everything about one ticket, and what may be done with it next."""
    return _page(db, visitor, number, moved=moved, asked=asked)


@router.post("/staff/tickets/{number}/move")
def move_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: to, note, seen (the status the page showed), photo (up to four)."""

    def move() -> str:
        wish = wish_from(form)
        carry_out(visitor, number, wish)
        return f"?moved={wish.to}"

    return _done(move, visitor, number, form)


@router.post("/staff/tickets/{number}/ask")
def ask_residents(number: str, visitor: Staff, form: Form) -> Response:
    """Field: words, which go over LINE to everybody who reported it."""

    def ask() -> str:
        words = form.words("words")
        if not words:
            raise BadInput("質問を書いてください。")
        with transaction() as db:
            locked(db, ticket_for(db, visitor, number).ticket.id)
            found = ticket_for(db, visitor, number)
            if not _asked_already(found, visitor, words):
                asking.ask(db, found.ticket.id, visitor.actor, words)
        return "?asked=1"

    return _done(ask, visitor, number, form)


@router.post("/staff/tickets/{number}/merge")
def merge_ticket(number: str, visitor: Staff, form: Form) -> Response:
    """Fields: into (a ticket number as people type it, or "other": see number), number, note."""

    def merge() -> str:
        into, note = _into(form), form.words("note")
        with transaction() as db:
            ticket = ticket_for(db, visitor, number).ticket
            if ticket.merged_into != into:
                merging.merge(db, ticket.id, into, visitor.actor, note=note)
        return ""

    return _done(merge, visitor, number, form)


def _done(act: Callable[[], str], visitor: Visitor, number: str, form: Posted) -> Response:
    """Back to the ticket; where it was refused, with what was typed and the sentence that says why.

    `act` gives the query of the page that follows.
    """
    try:
        return RedirectResponse(f"/staff/tickets/{number}{act()}", 303)
    except (MoveRefused, CannotMerge, NobodyToAsk) as refused:
        sentence, status = str(refused), 409
    except (BadInput, Overtaken) as refusal:
        sentence, status = refusal.sentence, refusal.status
    with transaction() as db:
        return _page(db, visitor, number, status=status, sentence=sentence, typed=form.fields)


def _page(
    db: Session,
    visitor: Visitor,
    number: str,
    *,
    status: int = 200,
    sentence: str = "",
    moved: str = "",
    asked: bool = False,
    typed: Mapping[str, str] | None = None,
) -> Response:
    found = ticket_for(db, visitor, number)
    is_open = found.ticket.status in OPEN
    return page(
        "staff_ticket.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        look=first_look(db),
        found=found,
        **_told(db, found),
        moves=moves_for(visitor.role, found.ticket.status),
        may_merge=is_open,
        near=_near(db, found.ticket) if is_open else [],
        needs_reason=NEEDS_A_REASON,
        told=TOLD_BY_PUSH,
        sentence=sentence,
        moved=found.ticket.status if moved == found.ticket.status else None,
        asked=asked and found.ticket.asked_at is not None,
        typed=typed or {},
    )


def _told(db: Session, found: TicketPage) -> dict[str, Any]:
    """The ticket in words, and what its history says."""
    categories = city.categories(db)
    return {
        "ticket": shown(found.ticket, categories),
        "names": {key: category.name("ja") for key, category in categories.items()},
        "story": story,
        "exchanges": story.exchanges(found.history),
        "opinions": story.opinions(found.history),
        "elsewhere": story.elsewhere(found.history, [photo.id for photo in found.photos]),
    }


def _near(db: Session, line: TicketLine) -> list[NearTicket]:
    return same_holes(
        db,
        category=line.category,
        place=Point(line.lon, line.lat),
        radius_m=NEAR_M,
        days=NEAR_DAYS,
        without=[line.id],
    )


def _into(form: Posted) -> str:
    typed = form.words("into")
    number = number_in(form.words("number") if typed == OTHER else typed)
    if number is None:
        raise BadInput("まとめる先の受付番号(例 123-456-789)を確かめてください。")
    return number


def _asked_already(found: TicketPage, visitor: Visitor, words: str) -> bool:
    """A second press of the same button is no second question."""
    asked = [line for line in found.history if line.what == "asked"]
    return bool(
        asked
        and found.ticket.asked_at
        and (asked[-1].note, asked[-1].actor_name) == (words, visitor.name)
    )
