"""保留: why a ticket is kept past its period, and until when."""

from datetime import date
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from reports.actions.hold import LONGEST_WHY, NoReason, NoSuchHold, end_hold, hold
from reports.city import clock
from reports.people.permissions import Do
from reports.tickets import holds
from web.auth import who
from web.auth.csrf import Form
from web.desk import quota
from web.kit.deps import Db, Id
from web.kit.errors import BadInput, NotFound
from web.kit.pages import page
from web.kit.router import Router
from web.kit.tickets import acting_on, ticket_for

router = Router(include_in_schema=False)

PAGE: Final = "/staff/tickets/{number}/hold"


@router.get(PAGE)
def held(number: str, visitor: who.Holds, db: Db) -> Response:
    """What keeps it, and what did. Raises NotFound."""
    found = ticket_for(db, visitor, number)
    department = found.ticket.department
    today = clock.today()
    of_it = holds.of(db, found.ticket.id)
    return page(
        "desk/discard/hold.html",
        visitor=visitor,
        quota=quota.notice(db),
        line=found.ticket,
        holds=of_it,
        is_held=any(one.holds(today) for one in of_it),
        may_hold=visitor.may_with(Do.HOLD, department.key if department else None),
        today=today,
        longest=LONGEST_WHY,
    )


@router.post(PAGE)
def keep(number: str, visitor: who.Holds, form: Form) -> Response:
    """Fields: why, until (2030-03-31, or none), key. Raises NotFound, NotAllowed, BadInput."""
    if form.key is None:
        raise BadInput("もう一度、保留のページを開いてください。", reason="no_key")
    why, until = form.words("why", most=LONGEST_WHY), _day(form.words("until", most=10))
    try:
        with acting_on(number) as (db, id):
            hold(db, id, why, until, visitor.actor, key=form.key)
    except NoReason:
        raise BadInput("なぜ残すのかを書いてください。", reason="no_reason") from None
    return RedirectResponse(PAGE.format(number=number), 303)


@router.post(f"{PAGE}/{{hold_id}}/end")
def end(number: str, hold_id: Id, visitor: who.Holds, form: Form) -> Response:
    """Field: key. It keeps the ticket no more. Raises NotFound, NotAllowed."""
    try:
        with acting_on(number) as (db, id):
            end_hold(db, id, hold_id, visitor.actor)
    except NoSuchHold:
        raise NotFound("この保留はありません。") from None
    return RedirectResponse(PAGE.format(number=number), 303)


def _day(words: str) -> date | None:
    """Raises BadInput."""
    if not words:
        return None
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or not clock.today() <= day <= date(9000, 1, 1):
        raise BadInput(
            "いつまでかを、今日か、それより後の「2030-03-31」のような日で書いてください。",
            reason="no_day",
        )
    return day
