"""Coming in and going out: /sign-in and /sign-out."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from reports.people import accounts, sessions
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import csrf, throttle
from web.auth.sessions import COOKIE, give_cookie, visitor_or_none
from web.kit import forms
from web.kit.app import site
from web.kit.errors import NotAllowed, TooMany
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

MOST_BYTES: Final = 16 * 1024
FORGET_CACHED: Final = '"cache"'
"""Not "storage": another person may have work waiting in the same browser."""
_WRONG: Final = "名前かパスワードが違います。もう一度お試しください。"
# a page's path needs no escapes; without them, and without dots in a row, none can lead elsewhere
_OURS: Final = re.compile(
    r"/(staff|crew|contractor)/(?:[\w\-]+(?:[./][\w\-]+)*/?)?(?:\?[\w\-.~%+,:&=*/]{0,1000})?",
    re.ASCII,
)


@router.get("/sign-in")
def ask(visitor: Annotated[Visitor | None, Depends(visitor_or_none)], next: str = "") -> Response:
    """The form, or straight on for somebody who is in already."""
    if visitor:
        return RedirectResponse(_onward(next, visitor.side), 303)
    return _form(next=next)


async def _posted(request: Request) -> Posted:
    return await forms.read(request, MOST_BYTES)


@router.post("/sign-in")
def sign_in(request: Request, form: Annotated[Posted, Depends(_posted)]) -> Response:
    """A right password opens a session; a wrong one is counted."""
    _refuse_strangers_form(request)
    name, password = form.words("name"), form.fields.get("password", "")
    next = form.fields.get("next", "")
    try:
        with transaction() as db:
            address = request.client.host if request.client else ""
            who = throttle.begin(db, name=name, address=address)
            user = accounts.known_as(db, name)
    except TooMany as patience:
        return _form(next=next, name=name, sentence=patience.sentence, status=patience.status)
    if not accounts.is_right(user.password if user else None, password) or user is None:
        return _form(next=next, name=name, sentence=_WRONG, status=401)
    with transaction() as db:
        throttle.forgive(db, who)
        secret = sessions.begin(db, user.id)
    answer = RedirectResponse(_onward(next, Role(user.role).side), 303)
    give_cookie(answer, secret)
    return answer


@router.post("/sign-out", dependencies=[Depends(csrf.posted)])
def sign_out(request: Request) -> Response:
    """Ends this session everywhere; what the browser has cached of it goes, too."""
    with transaction() as db:
        sessions.end(db, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = FORGET_CACHED
    return answer


def _onward(next: str, role: str) -> str:
    """Only to a page of ours that this role may see, query and all; anywhere else is home."""
    ours = _OURS.fullmatch(next)
    return next if ours and ours[1] == role else f"/{role}/"


def _form(*, next: str = "", name: str = "", sentence: str = "", status: int = 200) -> Response:
    return page("auth/sign_in.html", status=status, next=next, name=name, sentence=sentence)


def _refuse_strangers_form(request: Request) -> None:
    """There is no session yet whose token could be asked for; browsers say where a form was.

    What the request calls this site proves nothing: whoever sent it has chosen that too.
    """
    origin, ours = request.headers.get("origin"), site()
    if origin is not None and origin != ours:
        raise NotAllowed(f"サインインの画面({ours}/sign-in)から、もう一度お試しください。")
