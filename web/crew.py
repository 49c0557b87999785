"""A phone in a glove: today's tickets of the crew's department, and two taps to finish one."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports import city, finding
from reports.facts import TicketLine, Wanted
from reports.lifecycle import MoveRefused, Role, Status, moves_for
from store.database import transaction
from web.base_map import Db
from web.forms import Form
from web.moving import carry_out, ticket_for, wish_from
from web.pages import page
from web.refusals import NotFound, Overtaken
from web.sessions import Crew, Visitor
from web.showing import shown, today

router = APIRouter(include_in_schema=False)

MOST_TICKETS: Final = 200
# what a crew does with one tap; the finish has its own button
_TAPS: Final = (Status.IN_PROGRESS, Status.MADE_SAFE)


@router.get("/crew/")
def worklist(visitor: Crew, db: Db, done: str = "") -> Response:
    """Open tickets of the department: urgent first, then by deadline."""
    wanted = Wanted(department=visitor.department)
    lines = sorted(finding.tickets(db, wanted, limit=MOST_TICKETS), key=_urgency)
    categories, day = city.categories(db), today()
    return page(
        "crew_list.html",
        visitor=visitor,
        tickets=[shown(line, categories, day) for line in lines],
        finished=_finished(db, visitor, done),
    )


@router.get("/crew/tickets/{number}")
def ticket_page(number: str, visitor: Crew, db: Db) -> Response:
    """The photo, the way there, and the taps."""
    return _ticket_page(db, visitor, number)


@router.post("/crew/tickets/{number}/move")
def move_ticket(number: str, visitor: Crew, form: Form) -> Response:
    """Fields as at the desk. A finished ticket leads back to the list."""
    try:
        wish = wish_from(form)
        carry_out(visitor, number, wish)
    except (MoveRefused, Overtaken) as refused:
        with transaction() as db:
            return _ticket_page(
                db, visitor, number, status=409, sentence=str(refused), typed=form.fields
            )
    if wish.to is Status.FIXED:
        return RedirectResponse(f"/crew/?done={number}", 303)
    return RedirectResponse(f"/crew/tickets/{number}", 303)


def _urgency(line: TicketLine) -> tuple[bool, bool, bool, str, int]:
    waits = line.status in (Status.MONITORING, Status.FORWARDED)
    return (waits, not line.urgent, line.deadline is None, str(line.deadline), line.id)


def _finished(db: Session, visitor: Visitor, number: str) -> TicketLine | None:
    """What this crew has just finished, to say so once more."""
    try:
        return ticket_for(db, visitor, number).ticket
    except NotFound:
        return None


def _ticket_page(
    db: Session,
    visitor: Visitor,
    number: str,
    *,
    status: int = 200,
    sentence: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    found = ticket_for(db, visitor, number)
    allowed = moves_for(Role.CREW, found.ticket.status)
    return page(
        "crew_ticket.html",
        status=status,
        visitor=visitor,
        found=found,
        ticket=shown(found.ticket, city.categories(db)),
        taps=[to for to in _TAPS if to in allowed],
        may_finish=Status.FIXED in allowed,
        sentence=sentence,
        typed=typed or {},
    )
