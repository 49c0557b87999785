"""Who is there: the cookie of a session, and what a page is for."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from reports.people import sessions
from reports.people.permissions import Do, may_at_all
from reports.people.sessions import Visitor
from store.origin import is_of
from web.kit.errors import NotAllowed, NotSignedIn

COOKIE: Final = "michi_session"


def visitor_or_none(request: Request) -> Visitor | None:
    """Whoever is signed in with this request's cookie; a page that refuses them knows them, too."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    by_itself = request.headers.get("x-by-itself") == "yes"
    known = sessions.visitor(secret, by_itself=by_itself)
    request.state.visitor = known
    if known is not None:
        is_of(known.user_id)
    return known


async def anybody(visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Visitor:
    """Raises NotSignedIn. Asynchronous, as it waits for nothing: no thread turns."""
    return signed_in(visitor)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Somebody signed in whose role may do this; with whose tickets is asked where they are."""

    do: Do

    async def __call__(self, visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
        """Raises NotSignedIn, NotAllowed."""
        return only(self.do, visitor)


def allowed(do: Do) -> Allowed:
    """What a route depends on; equal ones are asked once for a request."""
    return Allowed(do)


def signed_in(visitor: Visitor | None) -> Visitor:
    """Raises NotSignedIn where there is nobody."""
    if visitor is None:
        raise NotSignedIn("サインインしてください。時間がたつと自動でサインアウトします。")
    return visitor


def only(do: Do, visitor: Visitor) -> Visitor:
    """Raises NotAllowed where their role may not do it with anybody's ticket."""
    if not may_at_all(visitor.role, do):
        raise NotAllowed("このページは、いまのサインインでは見られません。")
    return visitor


Anybody = Annotated[Visitor, Depends(anybody)]
