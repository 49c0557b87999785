"""Where somebody is signed in, and in which browsers they are known; both can be ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reports.people.accounts import hashed
from reports.people.models import KnownDevice, SignIn
from store import sql


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`device` in words, `network` from where; `seen_at` to a minute. `is_this`: who asks."""

    id: int
    device: str
    network: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """One in which they are known and not signed in."""

    id: int
    device: str
    seen_at: datetime


def sessions_of(db: Session, user_id: int, secret: str = "") -> list[OpenSession]:
    """Those that may still be used, the last used first; `secret`: of the session that asks."""
    this = hashed(secret) if secret else ""
    return [OpenSession(*row) for row in sql.run(db, _SESSIONS, user=user_id, this=this)]


def browsers_of(db: Session, user_id: int) -> list[KnownBrowser]:
    """Where they are known without being signed in, the last used first."""
    return [KnownBrowser(*row) for row in sql.run(db, _BROWSERS, user=user_id)]


def end_session(db: Session, user_id: int, session_id: int) -> None:
    """It is over, and they are not known in that browser any more."""
    ended = delete(SignIn).where(SignIn.user_id == user_id, SignIn.id == session_id)
    for device_id in db.scalars(ended.returning(SignIn.known_device_id)).all():
        forget_browser(db, user_id, device_id or 0)


def forget_browser(db: Session, user_id: int, device_id: int) -> None:
    """They are known there no more."""
    theirs = KnownDevice.user_id == user_id, KnownDevice.id == device_id
    db.execute(delete(KnownDevice).where(*theirs))


def end_all(db: Session, user_id: int, but: str = "") -> None:
    """All but the session of this secret are over; only in its browser are they known still."""
    kept = SignIn.token_hash == (hashed(but) if but else "")
    here = db.scalar(select(SignIn.known_device_id).where(kept, SignIn.user_id == user_id)) or 0
    db.execute(delete(SignIn).where(SignIn.user_id == user_id, ~kept))
    db.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id, KnownDevice.id != here))


def end_everybodys(db: Session) -> int:
    """Everybody signs in anew; how many sessions that ended. Browsers stay known."""
    return len(db.scalars(delete(SignIn).returning(SignIn.id)).all())


_SESSIONS: Final = """
    SELECT id, device, network, created_at, seen_at, token_hash = %(this)s
    FROM sign_ins WHERE user_id = %(user)s AND expires_at > now() ORDER BY seen_at DESC, id DESC
"""
_BROWSERS: Final = """
    SELECT k.id, k.device, k.seen_at FROM known_devices k
    WHERE k.user_id = %(user)s AND NOT EXISTS (
        SELECT FROM sign_ins s WHERE s.known_device_id = k.id AND s.expires_at > now())
    ORDER BY k.seen_at DESC, k.id DESC
"""
