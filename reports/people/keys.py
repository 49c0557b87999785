"""Keys of programs: who comes with one, whether it still holds, and all of them as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.people import key_words
from reports.people.accounts import hashed
from reports.people.pauses import day_before
from reports.people.permissions import Actor, Do, Role, Scope, may_at_all, opens
from store import sql
from store.database import at_once

UNKNOWN_BEFORE: Final = "key "
"""Before the hash of a key that opens less, more, or nothing any more: processes of 0.13.0, to
which every key is one of all open data without an end, do not know it."""
SOON: Final = timedelta(days=14)
"""So long before its end people are warned."""


class KeyEnded(Exception):
    """It opens nothing any more; `reason` is "revoked", "expired" or "stopped"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Key:
    """As of `ApiToken`; `owner`: who answers for it, by name, "" where the command line made it or
    they are gone. It stops with them: `owner_left`, they may not come in any more; `owner_is_less`,
    they may not give keys any more."""

    id: int
    name: str
    scopes: tuple[Scope, ...]
    departments: tuple[str, ...]
    per_minute: int
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_from: str
    revoked_at: datetime | None
    revoked_by: str
    owner: str
    owner_left: bool
    owner_is_less: bool
    owner_id: int | None
    former_ends_at: datetime | None
    former_used_at: datetime | None
    is_former: bool = False
    """It is the one before that was shown; `expires_at` is its end, `used_at` when it was used."""

    @property
    def state(self) -> str:
        """active, soon (expires within SOON), stopped (with who answers for it), expired or
        revoked."""
        if self.revoked_at:
            return "revoked"
        left = self.expires_at - datetime.now(UTC) if self.expires_at else SOON
        if left <= timedelta(0):
            return "expired"
        if self.owner_left or self.owner_is_less:
            return "stopped"
        return "soon" if left < SOON else "active"

    @property
    def last_day(self) -> date | None:
        """It opens things until the end of it, in the city."""
        return day_before(self.expires_at) if self.expires_at else None

    @property
    def holds(self) -> bool:
        """It opens what its scopes say."""
        return self.state in ("active", "soon")

    @property
    def actor(self) -> Actor:
        """As whom the program does what it does."""
        return Actor(
            Role.PROGRAM, self.name, departments=self.departments, key_id=self.id,
            scopes=self.scopes,
        )  # fmt: skip

    @property
    def has_former(self) -> bool:
        """Whether the one before holds as well."""
        return bool(self.holds and self.former_ends_at and self.former_ends_at > datetime.now(UTC))

    def opens(self, do: Do) -> bool:
        """Whether there is any ticket with which it may do this."""
        return opens(self.scopes, do) is not None


def known(secret: str) -> Key | None:
    """The key that these words are, also one that has ended; asks the database for what can be one
    alone."""
    if not key_words.is_one(secret):
        return None
    either = [hashed(secret), UNKNOWN_BEFORE + hashed(secret)]
    rows = at_once(_KNOWN, either[0], either, either[0])
    return _key(*rows[0]) if rows else None


def used(key: Key, network: str) -> None:
    """It was, just now, from there; written once a minute at most."""
    if key.used_at is None or datetime.now(UTC) - key.used_at > _NOTED_EVERY:
        at_once(_FORMER_USED if key.is_former else _USED, network, key.id, _NOTED_EVERY)


def hold(db: Session, key_id: int) -> None:
    """It is not revoked until the commit; whoever has waited for the lock of what they change asks
    with it in hand. Raises KeyEnded."""
    row = sql.run(db, _HOLD, id=key_id).fetchone()
    if row is None or row[0]:
        raise KeyEnded("revoked")
    if row[1]:
        raise KeyEnded("expired")
    if row[2]:
        raise KeyEnded("stopped")


def keys(db: Session) -> Sequence[Key]:
    """All of them: which holds first, then by name."""
    found = [_key(*row) for row in sql.run(db, _KEYS)]
    return sorted(found, key=lambda key: not key.holds)


def kept_by(db: Session, user_id: int) -> list[Key]:
    """Those that hold, or are stopped, and for which this person answers."""
    theirs = (key for key in keys(db) if key.owner_id == user_id)
    return [key for key in theirs if key.holds or key.state == "stopped"]


def stopped_with(db: Session, user_id: int) -> list[str]:
    """Names of those that open nothing because of what this person is no more."""
    db.flush()
    return [key.name for key in kept_by(db, user_id) if key.state == "stopped"]


def count_wanting(db: Session) -> int:
    """How many expire within SOON, or have stopped with who answers for them."""
    return int(sql.run(db, _WANTING, soon=SOON).fetchone()[0])  # type: ignore[index]


def count_ended(db: Session, before: datetime) -> int:
    """How many had been revoked or had expired by then."""
    return int(sql.run(db, f"SELECT count(*) {_ENDED}", before=before).fetchone()[0])  # type: ignore[index]


def forget(db: Session, before: datetime) -> int:
    """Those that had been revoked or had expired by then; their names are free for new ones."""
    return sql.run(db, f"DELETE {_ENDED}", before=before).rowcount


def _key(
    id: int, name: str, scopes: Sequence[str], departments: Sequence[str], *rest: object
) -> Key:
    named = tuple(scope for scope in Scope if scope in scopes)
    return Key(id, name, named, tuple(departments), *rest)  # type: ignore[arg-type]


_NOTED_EVERY: Final = timedelta(minutes=1)
_GIVERS: Final = ", ".join(f"'{role}'" for role in Role if may_at_all(role, Do.KEYS))
_IS_LESS: Final = f"role NOT IN ({_GIVERS})"
_COLUMNS: Final = f"""
    k.id, k.name, k.scopes, k.departments, k.per_minute, k.created_at, k.expires_at, k.used_at,
    k.used_from, k.revoked_at, k.revoked_by, coalesce(u.shown_name, ''),
    coalesce(u.disabled, false), coalesce(u.{_IS_LESS}, false), k.made_by, k.former_ends_at,
    k.former_used_at
"""
_FROM: Final = "FROM api_tokens k LEFT JOIN users u ON u.id = k.made_by"
_AS_FORMER: Final = _COLUMNS.replace(
    "k.expires_at", "least(k.expires_at, k.former_ends_at)"
).replace("k.used_at", "k.former_used_at")
_KNOWN: Final = f"""
    SELECT {_AS_FORMER}, true {_FROM} WHERE k.former_hash = %s
    UNION ALL SELECT {_COLUMNS}, false {_FROM} WHERE k.token_hash = ANY(%s)
    AND k.former_hash IS DISTINCT FROM %s
"""
_KEYS: Final = f"SELECT {_COLUMNS} {_FROM} ORDER BY k.name"
_USED: Final = """
    UPDATE api_tokens SET used_at = now(), used_from = %s
    WHERE id = %s AND (used_at IS NULL OR used_at < now() - %s)
"""
_FORMER_USED: Final = """
    UPDATE api_tokens SET former_used_at = now(), used_from = %s
    WHERE id = %s AND (former_used_at IS NULL OR former_used_at < now() - %s)
"""
_HOLD: Final = f"""
    SELECT revoked_at IS NOT NULL, coalesce(expires_at <= clock_timestamp(), false),
           coalesce((SELECT disabled OR {_IS_LESS} FROM users WHERE users.id = made_by), false)
    FROM api_tokens WHERE id = %(id)s FOR SHARE
"""
_WANTING: Final = f"""
    SELECT count(*) {_FROM}
    WHERE k.revoked_at IS NULL AND (k.expires_at > now()) IS NOT FALSE
      AND (k.expires_at < now() + %(soon)s OR u.disabled OR u.{_IS_LESS})
"""
_ENDED: Final = "FROM api_tokens WHERE least(revoked_at, expires_at) < %(before)s"
