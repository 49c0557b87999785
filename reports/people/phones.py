"""What a phone keeps is one person's: by which name it asks whether that person still may.

The name is made once and kept, for what waits on a phone waits under it, whatever key is in use.
"""

from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people.models import PhoneName, User
from reports.people.permissions import Role
from store.keyed import is_ours, macs

_LETTERS: Final = 32


def name_on_phone(user_id: int) -> str:
    """Their first one: the id, and 128 bits of HMAC-SHA256 in hex, so that nobody asks about
    others; made with the last of the keys that are read, by which a phone may know it already."""
    return f"{user_id}-{macs(_what(user_id))[-1].hex()[:_LETTERS]}"


def keep(db: Session, user_id: int, name: str) -> None:
    """This is the name of theirs from now on, unless they have one."""
    db.execute(insert(PhoneName).values(user_id=user_id, name=name).on_conflict_do_nothing())


def whose(db: Session, name: str) -> int | None:
    """Whose name it is; None for one that we have not given."""
    kept = db.scalar(select(PhoneName.user_id).where(PhoneName.name == name))
    return kept or user_of(name)


def user_of(name: str) -> int | None:
    """The same by the keys that are read alone."""
    digits, _, claimed = name.partition("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return None
    genuine = is_ours(claimed, _what(int(digits)), _LETTERS)
    return int(digits) if genuine else None


def is_shut_out(db: Session, user_id: int) -> bool:
    """Whether this person may not come in as a crew any more."""
    welcome = exists().where(User.id == user_id, User.role == Role.CREW, ~User.disabled)
    return not db.scalar(select(welcome))


def _what(user_id: int) -> str:
    return f"phone:{user_id}"
