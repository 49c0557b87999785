"""One-time links by which people set their name and password: the first ones, or new ones.

The link is made of a random number and the installation's key; the table keeps the number and the
link's SHA-256, and neither leads to the other without the key. So a worker can mail what nobody
kept.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from reports.people.accounts import hashed
from reports.people.models import Invitation, User
from settings import settings
from store.keyed import macs

LIFE: Final = timedelta(hours=72)
_LONGEST_TOKEN: Final = 64


@dataclass(frozen=True, slots=True)
class Link:
    """As it is shown once, or mailed; `id`: of its row."""

    id: int
    address: str
    ends_at: datetime
    mail: str


class Ended(Exception):
    """The link was one, and leads nowhere any more."""


def make(db: Session, user_id: int, made_by: int | None, mail: str = "") -> Link:
    """A new link for this person, to be shown, or mailed to `mail`; those before lead nowhere."""
    revoke(db, user_id)
    nonce = secrets.token_urlsafe(24)
    token, ends_at = _tokens(nonce)[0], datetime.now(UTC) + LIFE
    made = insert(Invitation).values(
        user_id=user_id,
        nonce=nonce,
        token_hash=hashed(token),
        made_by=made_by,
        ends_at=ends_at,
        mail=mail,
        mail_state="waiting" if mail else "",
    )
    id = db.execute(made.returning(Invitation.id)).scalar_one()
    return Link(id, _address(token), ends_at, mail)


def revoke(db: Session, user_id: int) -> bool:
    """No link leads this person in any more; whether one did. Its address is forgotten."""
    still = Invitation.user_id == user_id, Invitation.used_at.is_(None)
    over = update(Invitation).where(*still, Invitation.revoked_at.is_(None))
    gone = db.execute(over.values(revoked_at=func.now(), mail="").returning(Invitation.ends_at))
    return any(ends_at > datetime.now(UTC) for ends_at in gone.scalars())


def whose(db: Session, token: str, *, lock: bool = False) -> User | None:
    """Whom this link lets in; None for what never was one. `lock`: until the commit it is used by
    nobody else. Raises Ended."""
    if len(token) > _LONGEST_TOKEN:
        return None
    found = select(Invitation).where(Invitation.token_hash == hashed(token))
    if lock:  # the person before their links, as whoever stops them or gives another one
        whose_it_is = select(Invitation.user_id).where(Invitation.token_hash == hashed(token))
        db.execute(select(User.id).where(User.id.in_(whose_it_is)).with_for_update())
    link = db.scalar(found.with_for_update() if lock else found)
    if link is None:
        return None
    person = db.get_one(User, link.user_id)
    is_over = link.used_at or link.revoked_at or link.ends_at <= datetime.now(UTC)
    if is_over or (person.disabled and person.password):
        raise Ended
    return person


def use(db: Session, token: str) -> None:
    """It has let somebody in, and lets in nobody else."""
    used = update(Invitation).where(Invitation.token_hash == hashed(token))
    db.execute(used.values(used_at=func.now(), mail=""))


def waiting(db: Session, invitation_id: int) -> Link | None:
    """As it is to be mailed; None where that is not wanted any more, or a key that is not read made
    it."""
    row = db.get(Invitation, invitation_id)
    is_live = row and not (row.used_at or row.revoked_at) and row.ends_at > datetime.now(UTC)
    if row is None or not is_live or row.mail_state != "waiting":
        return None
    token = next((each for each in _tokens(row.nonce) if hashed(each) == row.token_hash), None)
    return Link(row.id, _address(token), row.ends_at, row.mail) if token else None


def mailed(db: Session, invitation_id: int, state: Literal["sent", "failed"]) -> None:
    """What became of its mail."""
    told = update(Invitation).where(Invitation.id == invitation_id)
    db.execute(told.values(mail_state=state))


def forget(db: Session, before: datetime) -> int:
    """Links that ended before that; since their end a row only says that there was one."""
    gone = db.execute(delete(Invitation).where(Invitation.ends_at < before))
    return gone.rowcount  # type: ignore[attr-defined,no-any-return]


def _tokens(nonce: str) -> list[str]:
    """With SECRET_KEY first, by which new ones are made."""
    made = macs(f"invitation:{nonce}")
    return [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in made]


def _address(token: str) -> str:
    return f"{settings().base}/invited/{token}"
