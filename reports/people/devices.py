"""Browsers that people have signed in with before: strangers' wrong tries keep them from nothing.

The cookie is a random secret with our signature; which people are known by it, the table says.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people.accounts import hashed
from reports.people.models import KnownDevice
from store.keyed import is_ours, mac

KEPT_FOR: Final = timedelta(days=180)
"""After it was last used."""
_LETTERS: Final = 32


class Known(NamedTuple):
    """The browser's secret, and the row that knows it."""

    token: str
    id: int


def cookie_of(token: str) -> str:
    """As the browser keeps it."""
    return f"{token}.{mac(_what(token)).hex()[:_LETTERS]}"


def token_in(cookie: str) -> str:
    """The secret in a cookie of ours; "" in any other."""
    token, _, claimed = cookie.partition(".")
    return token if is_ours(claimed, _what(token), _LETTERS) else ""


def known(db: Session, token: str, user_id: int | None) -> int | None:
    """The row by which this person is known in that browser, if they are."""
    if not token:
        return None
    theirs = KnownDevice.user_id == (user_id or 0), KnownDevice.token_hash == hashed(token)
    alive = KnownDevice.seen_at > func.now() - KEPT_FOR
    return db.scalar(select(KnownDevice.id).where(*theirs, alive))


def remember(db: Session, token: str, user_id: int, device: str) -> Known:
    """This person has signed in there; a browser without a secret gets one (256 bit)."""
    token = token or secrets.token_urlsafe(32)
    new = insert(KnownDevice).values(user_id=user_id, token_hash=hashed(token), device=device)
    seen = new.on_conflict_do_update(
        index_elements=[KnownDevice.user_id, KnownDevice.token_hash],
        set_={"seen_at": func.now(), "device": device},
    )
    return Known(token, db.execute(seen.returning(KnownDevice.id)).scalar_one())


def forget(db: Session, before: datetime) -> int:
    """Those that were not used since; for the clock."""
    gone = db.execute(delete(KnownDevice).where(KnownDevice.seen_at < before))
    return gone.rowcount  # type: ignore[attr-defined,no-any-return]


def _what(token: str) -> str:
    return f"device:{token}"
