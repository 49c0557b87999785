"""Between the password and the second factor: five minutes, in which nobody is in."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reports.people import accounts
from reports.people.models import User
from reports.people.second.models import SignInStep

LIFE: Final = timedelta(minutes=5)


class Step(NamedTuple):
    """Whose password was right, and the page that they came for."""

    person: User
    next: str


def begin(db: Session, person: User, next: str) -> str:
    """Their password was right; gives the cookie's secret (256 bit)."""
    db.execute(delete(SignInStep).where(SignInStep.expires_at < func.now()))
    secret = secrets.token_urlsafe(32)
    facts = {
        "token_hash": accounts.hashed(secret),
        "user_id": person.id,
        "password_hash": accounts.hashed(person.password),
        "next": next,
        "expires_at": datetime.now(UTC) + LIFE,
    }
    db.execute(insert(SignInStep).values(facts))
    return secret


def of(db: Session, secret: str, *, lock: bool = False) -> Step | None:
    """While it lasts, and they may come in with the password they had. `lock`: until the commit
    nobody else goes on with it, and the person stays as they are."""
    kept = _kept(db, secret) if secret else None
    person = db.get(User, kept.user_id) if kept else None
    if kept is None or person is None or accounts.known_as(db, person.name) is None:
        return None
    checked = accounts.as_checked(db, person) if lock else person
    if checked is None or (lock and _kept(db, secret, lock=True) is None):
        return None
    is_same = accounts.hashed(checked.password) == kept.password_hash
    return Step(checked, kept.next) if is_same else None


def end(db: Session, secret: str) -> None:
    """It leads in no more."""
    db.execute(delete(SignInStep).where(SignInStep.token_hash == accounts.hashed(secret)))


def _kept(db: Session, secret: str, *, lock: bool = False) -> SignInStep | None:
    """To be locked after the person, as whoever changes what they come in with does it."""
    mine = select(SignInStep).where(
        SignInStep.token_hash == accounts.hashed(secret), SignInStep.expires_at > func.now()
    )
    return db.scalar(mine.with_for_update() if lock else mine)
