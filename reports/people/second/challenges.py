"""What a passkey is to sign: made by us, for one purpose and person, not long ago, signed once.

It carries its moment and our mark, so nothing is kept of one that nobody signs.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people.second.models import UsedChallenge
from reports.people.second.sealed import key, keys

LIFE: Final = timedelta(minutes=5)
_PLAIN_BYTES: Final = 24


def new(purpose: str, now: datetime | None = None) -> bytes:
    """40 bytes: the second, a random number, our mark. `purpose`: for what, and for whom."""
    second = int((now or datetime.now(UTC)).timestamp())
    plain = second.to_bytes(8) + secrets.token_bytes(_PLAIN_BYTES - 8)
    return plain + _mark(plain, purpose, key("challenge"))


def is_ours(challenge: bytes, purpose: str, now: datetime | None = None) -> bool:
    """Whether it was made for this, within LIFE."""
    plain, mark = challenge[:_PLAIN_BYTES], challenge[_PLAIN_BYTES:]
    marks = [_mark(plain, purpose, each) for each in keys("challenge")]
    if not any(hmac.compare_digest(mark, each) for each in marks):
        return False
    age = (now or datetime.now(UTC)).timestamp() - int.from_bytes(plain[:8])
    return -1 <= age <= LIFE.total_seconds()


def use(db: Session, challenge: bytes) -> bool:
    """It is signed; whether for the first time."""
    now = datetime.now(UTC)
    db.execute(delete(UsedChallenge).where(UsedChallenge.gone_at < now))
    used = insert(UsedChallenge).values(challenge=challenge, gone_at=now + 2 * LIFE)
    first = used.on_conflict_do_nothing().returning(UsedChallenge.challenge)
    return db.execute(first).first() is not None


def _mark(plain: bytes, purpose: str, key: bytes) -> bytes:
    return hmac.new(key, purpose.encode() + b"\0" + plain, hashlib.sha256).digest()[:16]
