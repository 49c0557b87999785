"""A phone in a glove: one ticket in the street, and two taps to finish it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.points import Point
from reports.actions.admit import CannotReroute
from reports.actions.note import see_to
from reports.city import profile
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets import queries
from reports.tickets.events import Answered
from reports.tickets.notes import notes
from reports.tickets.read_models import HistoryLine, PhotoSummary
from reports.tickets.status import MoveRefused, Status, moves_for
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Crew
from web.crew.ticket.not_ours import REASONS, pass_on
from web.crew.ticket.reopened import not_mended
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, Overtaken
from web.kit.exchanges import exchanges
from web.kit.forms import Posted
from web.kit.moves import carry_out
from web.kit.pages import page
from web.kit.proof import in_turn
from web.kit.tickets import acting_on, elsewhere, shown, ticket_for
from web.kit.told_places import told_places

router = APIRouter(include_in_schema=False)

# what a crew does with one tap; the finish has its own button
_TAPS: Final = (Status.IN_PROGRESS, Status.MADE_SAFE)


@router.get("/crew/tickets/{number}")
def ticket_page(number: str, visitor: Crew, db: Db) -> Response:
    """The photo, the way there, and the taps."""
    return _ticket_page(db, visitor, number)


@router.post("/crew/tickets/{number}/move")
async def move_ticket(number: str, visitor: Crew, form: Form) -> Response:
    """Fields as at the desk. A finished ticket leads back to the list."""
    return await in_turn(form.photos, lambda: _move(number, visitor, form))


def _move(number: str, visitor: Visitor, form: Posted) -> Response:
    try:
        gone = carry_out(visitor, number, form)
    except (MoveRefused, Overtaken, BadInput) as refused:
        status = refused.status if isinstance(refused, BadInput) else 409
        with transaction() as db:
            return _ticket_page(
                db, visitor, number, status=status, sentence=str(refused), typed=form.fields
            )
    if gone is Status.FIXED:
        return RedirectResponse(f"/crew/?done={number}", 303)
    return RedirectResponse(f"/crew/tickets/{number}", 303)


@router.post("/crew/tickets/{number}/not-ours")
def say_not_ours(number: str, visitor: Crew, form: Form) -> Response:
    """Fields: reason, why. It leaves this crew's list."""
    try:
        pass_on(visitor, number, form)
    except CannotReroute as refused:
        with transaction() as db:
            return _ticket_page(
                db, visitor, number, status=409, sentence=str(refused), typed=form.fields
            )
    return RedirectResponse(f"/crew/?passed={number}", 303)


@router.post("/crew/tickets/{number}/notes/{note_id}/done")
def note_is_done(number: str, note_id: Id, visitor: Crew, form: Form) -> Response:
    """A note of staff's for this department waits no more."""
    with acting_on(number) as (db, id):
        see_to(db, id, note_id, visitor.actor)
    return RedirectResponse(f"/crew/tickets/{number}", 303)


def _answered(history: Iterable[HistoryLine]) -> set[int]:
    """The remarks that stand below their questions."""
    came = [line.event for line in history if isinstance(line.event, Answered)]
    return {id for one in came for id in one.remark_ids}


def _new_first(photos: Sequence[PhotoSummary], new: Sequence[int]) -> list[PhotoSummary]:
    """Of the problem: what was sent since the ticket was reopened, then the older ones."""
    return sorted((one for one in photos if one.of == "report"), key=lambda one: one.id not in new)


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
    answered = _answered(found.history)
    again, closed = not_mended(found.history), profile.closing_days(profile.profile(db))
    return page(
        "crew/ticket/page.html",
        status=status,
        visitor=visitor,
        found=found,
        ticket=shown(found.ticket, profile.categories(db), closed=closed),
        again=again,
        said_since=queries.words_of(db, set(again.remark_ids) - answered) if again else [],
        answers=queries.words_of(db, answered),
        exchanges=exchanges(found.history),
        reports=_new_first(found.photos, again.photo_ids if again else ()),
        told_places=told_places(found.history, Point(found.ticket.lon, found.ticket.lat)),
        elsewhere=elsewhere(found.history, [photo.id for photo in found.photos]),
        taps=[to for to in _TAPS if to in allowed],
        reasons=REASONS,
        may_finish=Status.FIXED in allowed,
        notes=[one for one in notes(db, found.ticket.id) if one.department == visitor.department],
        sentence=sentence,
        typed=typed or {},
    )
