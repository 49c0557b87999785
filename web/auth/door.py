"""Coming in by this browser: a new session instead of its old one, and it is known from now on.

Every way of signing in ends here: `open_to` in the commit that lets somebody in, then `lead_in`.
"""

import re
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from reports.people import agents, devices, sessions
from reports.people.models import User
from reports.people.permissions import Role
from reports.people.sessions import Where
from web.auth.sessions import COOKIE
from web.auth.throttle import network_of
from web.kit.cookies import give_cookie

DEVICE_COOKIE: Final = "michi_device"


class Caller(NamedTuple):
    """A browser that asks to come in: its address, what it is in words, the secret by which people
    are known in it ("" in a new one), and its old session's."""

    address: str
    device: str
    token: str
    old_session: str


class Opened(NamedTuple):
    """What the browser gets, and where it goes (a path of ours)."""

    session: str
    token: str
    address: str


def caller(request: Request) -> Caller:
    """As far as a request tells; its address is the proxies' word where they are trusted."""
    address = request.client.host if request.client else ""
    device = agents.in_words(request.headers.get("user-agent", ""))
    token = devices.token_in(request.cookies.get(DEVICE_COOKIE, ""))
    return Caller(address, device, token, request.cookies.get(COOKIE, ""))


def open_to(db: Session, asking: Caller, person: User, next: str = "") -> Opened:
    """This person is in, and whoever was before in this browser is out. `next`: the path of the
    page that they came for, as anybody may have written it."""
    if asking.old_session:
        sessions.end(db, asking.old_session)
    known = devices.remember(db, asking.token, person.id, asking.device)
    where = Where(asking.device, network_of(asking.address), known.id)
    secret = sessions.begin(db, person.id, where)
    return Opened(secret, known.token, onward(next, Role(person.role).side))


def lead_in(opened: Opened) -> Response:
    """To their page, with its cookies."""
    answer = RedirectResponse(opened.address, 303)
    give(answer, opened)
    return answer


def give(answer: Response, opened: Opened) -> None:
    """The session's cookie, and the one by which the browser is known: for half a year."""
    give_cookie(answer, COOKIE, opened.session, seconds=sessions.LIFE.total_seconds())
    known = devices.cookie_of(opened.token)
    give_cookie(answer, DEVICE_COOKIE, known, seconds=devices.KEPT_FOR.total_seconds())


def onward(next: str, side: str) -> str:
    """Only to a page of ours on the side that is theirs, query and all; anywhere else is home."""
    ours = _OURS.fullmatch(next)
    return next if ours and ours[1] == side else f"/{side}/"


# a page's path needs no escapes; without them, and without dots in a row, none can lead elsewhere
_OURS: Final = re.compile(
    r"/(staff|crew|contractor)/(?:[\w\-]+(?:[./][\w\-]+)*/?)?(?:\?[\w\-.~%+,:&=*/]{0,1000})?",
    re.ASCII,
)
Asking = Annotated[Caller, Depends(caller)]
