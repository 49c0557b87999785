"""Passkeys that people have: keys in somebody's phone, computer or token. Signing: signing.py."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from reports.people.second.models import Passkey
from settings import settings

MOST: Final = 10
"""Of one person."""
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Key:
    """One of somebody's, as they read of it."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


def are_possible() -> bool:
    """Browsers know passkeys only of a site with a name, reached by https or on this machine."""
    parts = urlsplit(settings().public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def of(db: Session, user_id: int) -> list[Key]:
    """The oldest first."""
    columns = Passkey.id, Passkey.name, Passkey.made_at, Passkey.used_at
    theirs = select(*columns).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return [Key(*row) for row in db.execute(theirs)]


def rename(db: Session, user_id: int, passkey_id: int, name: str) -> None:
    theirs = Passkey.id == passkey_id, Passkey.user_id == user_id
    db.execute(update(Passkey).where(*theirs).values(name=name))


def remove(db: Session, user_id: int, passkey_id: int | None = None) -> None:
    """One of theirs, or all."""
    gone = delete(Passkey).where(Passkey.user_id == user_id)
    db.execute(gone if passkey_id is None else gone.where(Passkey.id == passkey_id))


def are_many(db: Session, user_id: int) -> bool:
    """Whether they have as many as anybody may have."""
    many = select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)
    return (db.scalar(many) or 0) >= MOST
