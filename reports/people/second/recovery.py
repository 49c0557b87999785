"""Ten codes on paper, for who has lost the phone: each lets in once."""

import hashlib
import hmac
import secrets
import unicodedata
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from reports.people.second.models import RecoveryCode
from reports.people.second.sealed import keys

HOW_MANY: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another."""
_LENGTH: Final = 12


def make(db: Session, user_id: int) -> list[str]:
    """New ones, to be shown once; those before let nobody in any more. 59 bit each."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    forget(db, user_id)
    rows = [{"user_id": user_id, "code_hash": _hidden(user_id, code)[0]} for code in codes]
    db.execute(insert(RecoveryCode), rows)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def use(db: Session, user_id: int, typed: str) -> bool:
    """Whether it is one of theirs that was not used; it is with that. Of two at once one is."""
    theirs = RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    used = update(RecoveryCode).where(*theirs, RecoveryCode.code_hash.in_(_hidden(user_id, typed)))
    return (
        db.execute(used.values(used_at=datetime.now(UTC)).returning(RecoveryCode.id)).first()
        is not None
    )


def left(db: Session, user_id: int) -> int:
    """How many let them in still."""
    theirs = RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    return db.scalar(select(func.count()).select_from(RecoveryCode).where(*theirs)) or 0


def made_before(db: Session, moment: datetime) -> list[int]:
    """Whose codes of before still let in, by id."""
    theirs = RecoveryCode.used_at.is_(None), RecoveryCode.made_at < moment
    return list(db.scalars(select(RecoveryCode.user_id).where(*theirs).distinct()))


def forget(db: Session, user_id: int) -> None:
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _hidden(user_id: int, code: str) -> list[str]:
    """As it was typed, in any width and case, whatever stands between its parts; under the
    installation's key first, then under each other that is read."""
    letters = unicodedata.normalize("NFKC", code).casefold()
    plain = "".join(one for one in letters if one.isascii() and one.isalnum())
    told = f"{user_id}:{plain}".encode()
    return [hmac.new(key, told, hashlib.sha256).hexdigest() for key in keys("recovery")]
