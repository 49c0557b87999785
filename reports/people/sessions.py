"""Sessions of people who have signed in: the browser has the secret, the table its SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reports.city.models import Department
from reports.people.accounts import hashed
from reports.people.models import SignIn, User
from reports.people.permissions import Actor, Do, Role, may

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
    def actor(self) -> Actor:
        return Actor(self.role, self.name, self.user_id, self.department)

    def may_see(self, department: str | None) -> bool:
        """What is this department's (a key), or nobody's."""
        return may(self.actor, Do.SEE, department)


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


def visitor(db: Session, secret: str) -> Visitor | None:
    """Whoever this session is of, while it lasts and the person may come in."""
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
