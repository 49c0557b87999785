"""A phone in a glove: one ticket in the street, and two taps to finish it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from reports.actions.admit import CannotReroute
from reports.actions.note import see_to
from reports.actions.prove import NoProof
from reports.people.sessions import Visitor
from reports.tickets.outcomes import Outcome
from reports.tickets.status import MoveRefused, Status
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.crew.charge import act_of, take_or_give_back
from web.crew.ticket import work
from web.crew.ticket.answers import CrewRoute, reason_of, refused, wants_json
from web.crew.ticket.not_ours import pass_on
from web.crew.ticket.page import goes_on, ticket_page
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, Overtaken
from web.kit.forms import Posted
from web.kit.moves import carry_out
from web.kit.proof import in_turn
from web.kit.router import Router
from web.kit.tickets import acting_on, ticket_for

router = Router(include_in_schema=False, route_class=CrewRoute)

_TOLD_BY_OUTCOME: Final[Mapping[str, Outcome]] = {
    Status.FIXED: Outcome.FIXED,
    Status.MADE_SAFE: Outcome.MADE_SAFE,
}


@router.get("/crew/tickets/{number}")
def show(number: str, visitor: who.GoesOut, db: Db, request: Request, undone: str = "") -> Response:
    """The photos, the way there, and the taps."""
    return ticket_page(db, visitor, number, phone=_browser(request), undone=bool(undone))


@router.post("/crew/tickets/{number}/done")
async def tell_work(number: str, visitor: who.Moves, form: Form, request: Request) -> Response:
    """Fields: outcome, photo (up to four), and what `web.crew.ticket.told` reads."""
    return await _told(number, visitor, form, request)


@router.post("/crew/tickets/{number}/move")
async def move_ticket(number: str, visitor: who.Moves, form: Form, request: Request) -> Response:
    """Fields as at the desk: one tap. Work that ends with it is told as at `tell_work`."""
    if outcome := _TOLD_BY_OUTCOME.get(form.fields.get("to", "")):
        fields = {**form.fields, "outcome": str(outcome)}
        return await _told(number, visitor, replace(form, fields=fields), request)

    def tap() -> Response:
        carry_out(visitor, number, form)
        return RedirectResponse(f"/crew/tickets/{quote(number)}", 303)

    return await in_turn(form.photos, lambda: _answered(number, visitor, form, request, tap))


@router.post("/crew/tickets/{number}/charge")
def claim(number: str, visitor: who.PutsInCharge, form: Form, request: Request) -> Response:
    """Fields: act (take, give_back). 409 where somebody else has it, or it is over."""

    def go() -> Response:
        take_or_give_back(visitor, number, act_of(form), key=form.key)
        return RedirectResponse(f"/crew/tickets/{quote(number)}", 303)

    return _answered(number, visitor, form, request, go)


@router.post("/crew/tickets/{number}/not-ours")
def say_not_ours(number: str, visitor: who.SaysNotOurs, form: Form, request: Request) -> Response:
    """Fields: reason, why. It leaves this crew's list."""

    def tell() -> Response:
        pass_on(visitor, number, form)
        return RedirectResponse(f"/crew/?passed={quote(number)}", 303)

    return _answered(number, visitor, form, request, tell)


@router.post("/crew/tickets/{number}/notes/{note_id}/done")
def note_is_done(number: str, note_id: Id, visitor: who.Notes, form: Form) -> Response:
    """A note of staff's for this department waits no more."""
    with acting_on(number) as (db, id):
        see_to(db, id, note_id, visitor.actor)
    return RedirectResponse(f"/crew/tickets/{quote(number)}", 303)


async def _told(number: str, visitor: Visitor, form: Posted, request: Request) -> Response:
    def tell() -> Response:
        outcome = work.carry_out(visitor, number, form)
        return RedirectResponse(goes_on(outcome, number), 303)

    return await in_turn(form.photos, lambda: _answered(number, visitor, form, request, tell))


def _answered(
    number: str, visitor: Visitor, form: Posted, request: Request, act: Callable[[], Response]
) -> Response:
    """The answer of an action; of one that is refused its page with what was typed, and how the
    ticket stands now."""
    try:
        return act()
    except (MoveRefused, CannotReroute, Overtaken, BadInput) as why:
        refusal: Exception = why
    status = 422 if isinstance(refusal, BadInput | NoProof) else 409
    with transaction() as db:
        if wants_json(request):
            now = ticket_for(db, visitor, number).ticket.status
            return refused(refusal, status, str(now))
        return ticket_page(
            db, visitor, number, phone=_browser(request), status=status,
            sentence=str(refusal), reason=reason_of(refusal), typed=form.fields,
        )  # fmt: skip


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")
