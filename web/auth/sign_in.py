"""Coming in and going out: /sign-in and /sign-out."""

from typing import Annotated, Final

import structlog
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from reports.audit.entries import write_at_once
from reports.audit.kinds import Kind
from reports.people import accounts, devices, emergency, provided, sessions
from reports.people.second import passkeys
from reports.people.sessions import Visitor
from reports.people.waits import in_words
from settings import settings
from store.database import transaction
from web.auth import csrf, door, throttle
from web.auth.door import Asking
from web.auth.oidc import leaving
from web.auth.plain_forms import posted_plainly, refuse_strangers_form
from web.auth.second import step
from web.auth.sessions import COOKIE, visitor_or_none
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

FORGET_CACHED: Final = '"cache"'
"""Not "storage": another person may have work waiting in the same browser. Not "cookies": in it
people stay known, whom strangers' wrong tries must not keep out."""
_WRONG: Final = "名前かパスワードが違います。もう一度お試しください。"
_NOT_HERE: Final = "「{}」の人は、パスワードではなく、上のボタンから入ってください。"
_WAIT: Final = (
    "サインインの失敗が続いたため、次に試せるまで {} かかります。それまでは、正しいパスワードでも"
    "受け付けません。"
)
_MOST_TOLD: Final = 100
_told: set[str] = set()
"""Addresses of which this process has said that they are no trusted proxies."""
log = structlog.get_logger()


@router.get("/sign-in")
def ask(
    visitor: Annotated[Visitor | None, Depends(visitor_or_none)],
    next: str = "",
    emergency: str = "",
) -> Response:
    """The form, or straight on for somebody who is in already. `emergency`: the one for passwords,
    also where the city's provider signs all in."""
    if visitor:
        return RedirectResponse(door.onward(next, visitor.side), 303)
    return _form(next=next, by_password=bool(emergency))


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
        if user and not emergency.lets_in(db, user):
            user = None
    _say_if_the_proxy_is_not_trusted(request, asking.address)
    if tried.wait:
        _note(tried, "waits")
        return _to_wait(tried, next=next, name=name)
    if not accounts.is_right(user.password if user else None, password) or user is None:
        _note(tried, "wrong", known=user.id if user else None)
        return _form(next=next, name=name, sentence=_wrong(), status=401)
    with transaction() as db:
        throttle.forgive(db, tried)
        come = accounts.as_checked(db, user)
        opened = step.come_in(db, asking, come, next) if come else None
    if opened is None:
        _note(tried, "wrong", known=user.id)
        return _form(next=next, name=name, sentence=_wrong(), status=401)
    _note(tried, "right", user.id)
    return step.lead_on(opened)


def _wrong() -> str:
    """The same for every name."""
    given = settings()
    return _WRONG + (_NOT_HERE.format(given.oidc_name) if given.oidc_issuer else "")


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
    secret = request.cookies.get(COOKIE, "")
    with transaction() as db:
        begun = provided.begun_as(db, secret)
        sessions.end(db, secret)
    further = leaving.address(begun) if begun else ""
    answer = leaving.on_to(further) if further else RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = FORGET_CACHED
    return answer


def _to_wait(tried: throttle.Try, *, next: str, name: str) -> Response:
    """At once: nothing is held open for who waits. The page counts down and keeps the name."""
    sentence = _WAIT.format(in_words(tried.wait))
    answer = _form(next=next, name=name, sentence=sentence, status=429, seconds=tried.seconds)
    answer.headers["Retry-After"] = str(tried.seconds)
    return answer


def _form(
    *,
    next: str = "",
    name: str = "",
    sentence: str = "",
    status: int = 200,
    seconds: int = 0,
    by_password: bool = False,
) -> Response:
    given = settings()
    return page(
        "auth/sign_in.html",
        status=status,
        next=next,
        name=name,
        sentence=sentence,
        seconds=seconds,
        provider=given.oidc_name if given.oidc_issuer else "",
        by_password=by_password or not given.passwords_only_for or bool(sentence),
        for_emergencies=bool(given.passwords_only_for),
        passkeys=passkeys.are_possible(),
    )
