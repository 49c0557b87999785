"""Coming in by this browser: a new session instead of its old one, and it is known from now on."""

from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from reports.people import agents, devices, sessions
from reports.people.sessions import Where
from settings import settings
from web.auth.sessions import COOKIE, give_cookie
from web.auth.throttle import network_of

DEVICE_COOKIE: Final = "michi_device"


class Caller(NamedTuple):
    """A browser that asks to come in: its address, what it is in words, the secret by which people
    are known in it ("" in a new one), and its old session's."""

    address: str
    device: str
    token: str
    old_session: str


class Opened(NamedTuple):
    """What the browser gets."""

    session: str
    token: str


def caller(request: Request) -> Caller:
    """As far as a request tells; its address is the proxies' word where they are trusted."""
    address = request.client.host if request.client else ""
    device = agents.in_words(request.headers.get("user-agent", ""))
    token = devices.token_in(request.cookies.get(DEVICE_COOKIE, ""))
    return Caller(address, device, token, request.cookies.get(COOKIE, ""))


def open_to(db: Session, asking: Caller, user_id: int) -> Opened:
    """This person is in, and whoever was before in this browser is out."""
    if asking.old_session:
        sessions.end(db, asking.old_session)
    known = devices.remember(db, asking.token, user_id, asking.device)
    where = Where(asking.device, network_of(asking.address), known.id)
    return Opened(sessions.begin(db, user_id, where), known.token)


def give(answer: Response, opened: Opened) -> None:
    """The session's cookie, and the one by which the browser is known: for half a year."""
    give_cookie(answer, opened.session)
    answer.set_cookie(
        DEVICE_COOKIE,
        devices.cookie_of(opened.token),
        max_age=int(devices.KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().public_url.startswith("https://"),
    )


Asking = Annotated[Caller, Depends(caller)]
