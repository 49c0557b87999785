"""What a phone keeps is one person's: by which name it asks whether that person still may."""

import hmac
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reports.people.models import User
from reports.people.permissions import Role
from store.keyed import mac

_LETTERS: Final = 32


def name_on_phone(user_id: int) -> str:
    """Signed, so that nobody asks about others: the id, and 128 bits of HMAC-SHA256 in hex."""
    return f"{user_id}-{_signature(user_id)}"


def user_of(name: str) -> int | None:
    """Whose name it is; None for one that we have not given."""
    digits, _, claimed = name.partition("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return None
    genuine = hmac.compare_digest(claimed.encode(), _signature(int(digits)).encode())
    return int(digits) if genuine else None


def is_shut_out(db: Session, user_id: int) -> bool:
    """Whether this person may not come in as a crew any more."""
    welcome = exists().where(User.id == user_id, User.role == Role.CREW, ~User.disabled)
    return not db.scalar(select(welcome))


def _signature(user_id: int) -> str:
    return mac(f"phone:{user_id}").hex()[:_LETTERS]
