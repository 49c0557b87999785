"""Who is there: a session in the database, a secret in the cookie, a role for every page."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.people.accounts import hashed
from reports.people.models import SignIn, User
from reports.people.permissions import Actor, Role
from settings import settings
from store.database import transaction
from web.kit.errors import NotAllowed, NotSignedIn

COOKIE: Final = "michi_session"
LIFE: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in; `department` is a key. `csrf` must come back with every form."""

    user_id: int
    name: str
    role: Role
    department: str | None
    department_name: str | None
    csrf: str

    @property
    def home(self) -> str:
        return f"/{self.role}/"

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.name)


def begin(db: Session, user_id: int) -> str:
    """A new session, and the end of everybody's old ones; gives the cookie's secret (256 bit)."""
    db.execute(delete(SignIn).where(SignIn.expires_at < func.now()))
    secret = secrets.token_urlsafe(32)
    db.execute(
        insert(SignIn).values(
            token_hash=hashed(secret),
            user_id=user_id,
            csrf=secrets.token_urlsafe(24),
            expires_at=datetime.now(UTC) + LIFE,
        )
    )
    return secret


def end(db: Session, secret: str) -> None:
    """This session is over, wherever its cookie still is."""
    db.execute(delete(SignIn).where(SignIn.token_hash == hashed(secret)))


def give_cookie(response: Response, secret: str) -> None:
    """For this browser alone; over https only where we are reached by https."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().public_url.startswith("https://"),
    )


def visitor_or_none(request: Request) -> Visitor | None:
    """Whoever is signed in with this request's cookie."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    with transaction() as db:
        row = db.execute(_WHO.where(SignIn.token_hash == hashed(secret))).one_or_none()
    if row is None:
        return None
    user_id, name, role, department, department_name, csrf = row
    return Visitor(user_id, name, Role(role), department, department_name, csrf)


_WHO: Final = (
    select(User.id, User.shown_name, User.role, Department.key, Department.name, SignIn.csrf)
    .join(User, User.id == SignIn.user_id)
    .outerjoin(Department, Department.id == User.department_id)
    .where(SignIn.expires_at > func.now(), User.disabled.is_(False))
)


def anybody(visitor: Annotated[Visitor | None, Depends(visitor_or_none)]) -> Visitor:
    """Staff or crew. Raises NotSignedIn."""
    if visitor is None:
        raise NotSignedIn("サインインしてください。時間がたつと自動でサインアウトします。")
    return visitor


def staff(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Raises NotSignedIn, NotAllowed."""
    return _only(Role.STAFF, visitor)


def crew(visitor: Annotated[Visitor, Depends(anybody)]) -> Visitor:
    """Raises NotSignedIn, NotAllowed."""
    return _only(Role.CREW, visitor)


def _only(role: Role, visitor: Visitor) -> Visitor:
    if visitor.role is not role:
        raise NotAllowed("このページは、いまのサインインでは見られません。")
    return visitor


Anybody = Annotated[Visitor, Depends(anybody)]
Staff = Annotated[Visitor, Depends(staff)]
Crew = Annotated[Visitor, Depends(crew)]
