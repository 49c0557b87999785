"""Somebody who is in shows again who they are, before what the table in asked_again.py names.

What was posted goes on with the answer: the page that asks carries it in each of its forms. What is
too much for that, or is only looked at, is gone back to.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from reports.people import emergency, provided, sessions
from reports.people.models import User
from reports.people.second import factors
from reports.people.sessions import Visitor
from settings import settings
from store.database import transaction
from web.auth import csrf, door, doors
from web.auth.asked_again import ASKED_AGAIN, SAVED
from web.auth.door import Asking, Caller, caller
from web.auth.second import making, ways
from web.auth.sessions import COOKIE, Anybody, visitor_or_none
from web.kit import forms
from web.kit.app import form_of, is_person
from web.kit.errors import NotAllowed
from web.kit.forms import Posted
from web.kit.masks import masked
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

MOST_CARRIED: Final = 64 * 1024
_NOT_PROVEN: Final = "もう一度、本人かどうかを確かめてください。"
_FORM: Final = "application/x-www-form-urlencoded"


class NotProven(NotAllowed):
    """They have not shown for a while who they are. Programs read `reason`."""

    def __init__(
        self, why: str, carried: Mapping[str, str] | None, refused: ways.NotProven | None
    ) -> None:
        super().__init__(f"{why}、{_NOT_PROVEN}")
        self.why, self.carried, self.refused = why, carried, refused


class Leads(NamedTuple):
    """Where the forms of a page go, and the fields that they carry; `way`: that was tried just
    now."""

    action: str
    carried: Mapping[str, str]
    way: str = ""

    @property
    def goes_on(self) -> bool:
        """What was posted does, with what was typed."""
        return self.action != "/again"


async def asked(request: Request) -> None:
    """What every route depends on, and few of them need. Raises NotProven."""
    why = ASKED_AGAIN.get(line_of(request))
    if why is None:
        return
    visitor = await run_in_threadpool(visitor_or_none, request)
    if visitor is None or visitor.is_proven or not _may(request, visitor):
        return  # what else the route depends on says so
    form = await _typed(request)
    refused = None
    if form and "proof_way" in form.fields:
        csrf.check(form.fields.get("csrf", ""), visitor.csrf)
        refused = await run_in_threadpool(_prove, request, caller(request), visitor, form)
        if refused is None:
            return
    raise NotProven(why, form.fields if form else None, refused)


def refuse(request: Request, error: Exception) -> Response:
    """An exception handler for NotProven: people are asked, programs hear why not."""
    assert isinstance(error, NotProven)
    visitor = getattr(request.state, "visitor", None)
    if not is_person(request) or visitor is None:
        return JSONResponse({"detail": error.sentence, "reason": "proof"}, error.status)
    if error.carried is not None:
        kept = {name: told for name, told in error.carried.items() if name not in ways.FIELDS}
        leads = Leads(_address_of(request), kept, error.carried.get("proof_way", ""))
        return _page(visitor, error.sentence, leads, error.refused)
    is_looked_at = request.method == "GET"
    back = _address_of(request) if is_looked_at else form_of(request)
    saves = is_looked_at and line_of(request) in SAVED
    return _page(visitor, error.sentence, _back(visitor, back, saves), None)


@router.post("/again")
def prove(request: Request, asking: Asking, visitor: Anybody, form: csrf.Form) -> Response:
    """Fields: proof_way, proof, next, saves. Back to where they were asked."""
    next = door.onward(form.fields.get("next", ""), visitor.side)
    saves = bool(form.fields.get("saves")) and next == form.fields.get("next")
    if refused := _prove(request, asking, visitor, form):
        leads = _back(visitor, next, saves)._replace(way=form.fields.get("proof_way", ""))
        return _page(visitor, _NOT_PROVEN, leads, refused)
    if saves:
        return page("auth/second/proven.html", visitor=visitor, next=next)
    return RedirectResponse(next, 303)


@router.get("/again/passkey.json")
def to_sign(visitor: Anybody) -> Response:
    """What one of their passkeys is to sign."""
    from reports.people.second import signing

    with transaction() as db:
        return making.as_json(signing.to_sign(db, "again", visitor.user_id))


def _prove(
    request: Request, asking: Caller, visitor: Visitor, form: Posted
) -> ways.NotProven | None:
    with transaction() as db:
        me = db.get_one(User, visitor.user_id)

    def then(db: Session) -> None:
        sessions.prove(db, request.cookies.get(COOKIE, ""))

    return ways.prove(asking, me, form.fields, "again", then)


def _page(
    visitor: Visitor, sentence: str, leads: Leads, refused: ways.NotProven | None
) -> Response:
    with transaction() as db:
        mine = factors.of(db, visitor.user_id)
        me = db.get_one(User, visitor.user_id)
        is_provided = bool(settings().oidc_issuer) and provided.is_provided(db, me.id)
        has_password = emergency.lets_in(db, me)
    answer = page(
        "auth/second/again.html",
        status=refused.status if refused else 403,
        visitor=visitor,
        name=me.name,
        provider=settings().oidc_name if is_provided else "",
        sentence=sentence,
        leads=leads,
        ways=[one for one in ways.theirs(mine) if one != "password" or has_password],
        wrong=refused.sentence if refused else "",
    )
    answer.headers.update(refused.headers if refused else {})
    return answer


async def _typed(request: Request) -> Posted | None:
    """A small form of plain fields; None for anything else, which is read where it is wanted."""
    size = request.headers.get("content-length", "")
    is_small = size.isascii() and size.isdecimal() and len(size) < 9 and int(size) <= MOST_CARRIED
    if not request.headers.get("content-type", "").startswith(_FORM) or not is_small:
        return None
    await request.body()  # kept by the request, for whoever reads it next
    return await forms.read(request, MOST_CARRIED)


def _may(request: Request, visitor: Visitor) -> bool:
    return visitor.may(*doors.asked(request.scope["route"].dependant))


def line_of(request: Request) -> str:
    """The route, as the table has it."""
    return f"{request.method} {request.scope['route'].path}"


def _back(visitor: Visitor, next: str, saves: bool) -> Leads:
    carried = {"csrf": masked(visitor.csrf), "next": next, "saves": "yes" if saves else ""}
    return Leads("/again", carried)


def _address_of(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
