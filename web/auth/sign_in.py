"""Coming in and going out: /sign-in and /sign-out."""

import re
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.people import accounts, devices, sessions
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.people.waits import in_words
from store.database import transaction
from web.auth import csrf, door, throttle
from web.auth.door import Asking
from web.auth.sessions import COOKIE, visitor_or_none
from web.kit import forms
from web.kit.app import site
from web.kit.errors import NotAllowed
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

MOST_BYTES: Final = 16 * 1024
FORGET_CACHED: Final = '"cache"'
"""Not "storage": another person may have work waiting in the same browser. Not "cookies": in it
people stay known, whom strangers' wrong tries must not keep out."""
_WRONG: Final = "名前かパスワードが違います。もう一度お試しください。"
_WAIT: Final = (
    "サインインの失敗が続いたため、次に試せるまで {} かかります。それまでは、正しいパスワードでも"
    "受け付けません。"
)
_MOST_TOLD: Final = 100
_told: set[str] = set()
"""Addresses of which this process has said that they are no trusted proxies."""
log = structlog.get_logger()
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


async def posted_plainly(request: Request) -> Posted:
    """What is posted by who has no session yet. Raises as `forms.read`."""
    return await forms.read(request, MOST_BYTES)


@router.post("/sign-in")
def sign_in(
    request: Request, asking: Asking, form: Annotated[Posted, Depends(posted_plainly)]
) -> Response:
    """A right password opens a session; a wrong one is counted, and who has to wait is told."""
    refuse_strangers_form(request, "/sign-in")
    name, password = form.words("name"), form.fields.get("password", "")
    next = form.fields.get("next", "")
    with transaction() as db:
        user = accounts.known_as(db, name)
        device = devices.known(db, asking.token, user.id if user else None)
        tried = throttle.begin(db, name=name, address=asking.address, device=device)
    _say_if_the_proxy_is_not_trusted(request, asking.address)
    if tried.wait:
        _note(tried, "waits")
        return _to_wait(tried, next=next, name=name)
    if not accounts.is_right(user.password if user else None, password) or user is None:
        _note(tried, "wrong", known=user.id if user else None)
        return _form(next=next, name=name, sentence=_WRONG, status=401)
    with transaction() as db:
        throttle.forgive(db, tried)
        come = accounts.as_checked(db, user)
        opened = door.open_to(db, asking, come.id) if come else None
    if opened is None:
        _note(tried, "wrong", known=user.id)
        return _form(next=next, name=name, sentence=_WRONG, status=401)
    _note(tried, "right", user.id)
    answer = RedirectResponse(_onward(next, Role(user.role).side), 303)
    door.give(answer, opened)
    return answer


def _note(
    tried: throttle.Try, outcome: str, user_id: int | None = None, *, known: int | None = None
) -> None:
    """One line for each try; the name is hidden, for people type passwords into the wrong field.

    A wrong password stands in the audit log, with whose it was not (`known`); who has to wait does
    not, for strangers could fill it.
    """
    if outcome == "wrong":
        about = f"user:{known}" if known else ""
        write_at_once(Kind.REFUSAL, "wrong password", about, new={"name": tried.who[:12]})
    who = {"user": user_id} if user_id else {"name": tried.who[:12]}
    log.info("sign_in", **who, network=tried.network, outcome=outcome)


def _say_if_the_proxy_is_not_trusted(request: Request, address: str) -> None:
    if "x-forwarded-for" in request.headers and address not in _told:
        told = request.headers["x-forwarded-for"]
        if address not in told and len(_told) < _MOST_TOLD:
            _told.add(address)
            log.warning("forwarded_for_is_not_believed", network=throttle.network_of(address))


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


def _to_wait(tried: throttle.Try, *, next: str, name: str) -> Response:
    """At once: nothing is held open for who waits. The page counts down and keeps the name."""
    sentence = _WAIT.format(in_words(tried.wait))
    answer = _form(next=next, name=name, sentence=sentence, status=429, seconds=tried.seconds)
    answer.headers["Retry-After"] = str(tried.seconds)
    return answer


def _form(
    *, next: str = "", name: str = "", sentence: str = "", status: int = 200, seconds: int = 0
) -> Response:
    return page(
        "auth/sign_in.html",
        status=status,
        next=next,
        name=name,
        sentence=sentence,
        seconds=seconds,
    )


def refuse_strangers_form(request: Request, page: str) -> None:
    """There is no session yet whose token could be asked for; browsers say where a form was.

    What the request calls this site proves nothing: whoever sent it has chosen that too.
    """
    origin, ours = request.headers.get("origin"), site()
    if origin is not None and origin != ours:
        raise NotAllowed(f"サインインの画面({ours}{page})から、もう一度お試しください。")
