"""Who is there: the cookie of a session, and a role for every page."""

from typing import Annotated, Final

from fastapi import Depends, Request, Response

from reports.people import sessions
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from settings import settings
from web.kit.errors import NotAllowed, NotSignedIn

COOKIE: Final = "michi_session"


def give_cookie(response: Response, secret: str) -> None:
    """For this browser alone; over https only where we are reached by https."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(sessions.LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().public_url.startswith("https://"),
    )


def visitor_or_none(request: Request) -> Visitor | None:
    """Whoever is signed in with this request's cookie; a page that refuses them knows them, too."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    known = sessions.visitor(secret)
    request.state.visitor = known
    return known


async def anybody(visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Visitor:
    """Staff or crew. Raises NotSignedIn. Asynchronous, as it waits for nothing: no thread turns."""
    return signed_in(visitor)


async def staff(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Raises NotSignedIn, NotAllowed."""
    return only(Role.STAFF, visitor)


async def crew(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Raises NotSignedIn, NotAllowed."""
    return only(Role.CREW, visitor)


async def contractor(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Raises NotSignedIn, NotAllowed."""
    return only(Role.CONTRACTOR, visitor)


def signed_in(visitor: Visitor | None) -> Visitor:
    """Raises NotSignedIn where there is nobody."""
    if visitor is None:
        raise NotSignedIn("サインインしてください。時間がたつと自動でサインアウトします。")
    return visitor


def only(role: Role, visitor: Visitor) -> Visitor:
    """Raises NotAllowed for another role."""
    if visitor.role is not role:
        raise NotAllowed("このページは、いまのサインインでは見られません。")
    return visitor


Anybody = Annotated[Visitor, Depends(anybody)]
Staff = Annotated[Visitor, Depends(staff)]
Crew = Annotated[Visitor, Depends(crew)]
Contractor = Annotated[Visitor, Depends(contractor)]
