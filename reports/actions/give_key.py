"""A program gets a key, which somebody answers for, and loses it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.actions.invite import Refused
from reports.city.clock import begin_of, today
from reports.people import key_words
from reports.people.accounts import hashed
from reports.people.key_models import ApiToken
from reports.people.keys import UNKNOWN_BEFORE
from reports.people.models import User
from reports.people.permissions import Actor, Do, NotTheirs, Role, Scope, may, may_at_all
from reports.tickets import queries

LONGEST_NAME: Final = 60
LONGEST: Final = timedelta(days=731)
LONGEST_BESIDE: Final = timedelta(days=90)
"""So long a former key may hold beside the new one."""
USUAL_PER_MINUTE: Final = 300
MOST_PER_MINUTE: Final = 6_000


@dataclass(frozen=True, slots=True)
class NewKey:
    """`until`: the last day on which it opens anything; None only from the command line.
    `departments`: keys of those it is limited to, also of other authorities."""

    name: str
    scopes: Sequence[Scope]
    until: date | None
    departments: Sequence[str] = ()
    per_minute: int = USUAL_PER_MINUTE


def give_key(db: Session, wanted: NewKey, by: Actor | None) -> str:
    """The key, which is told here alone; `by` None: the command line. Raises Refused, NotTheirs."""
    _may_give(by)
    name = _checked(db, wanted)
    secret = key_words.new()
    is_plain = wanted.until is None and [*wanted.scopes] == [Scope.OPEN] and not wanted.departments
    made = insert(ApiToken).values(
        token_hash=hashed(secret) if is_plain else UNKNOWN_BEFORE + hashed(secret),
        name=name,
        scopes=[str(scope) for scope in Scope if scope in wanted.scopes],
        departments=list(wanted.departments),
        per_minute=wanted.per_minute,
        expires_at=_end_of(wanted.until),
        made_by=by.user_id if by else None,
    )
    if not db.scalar(made.on_conflict_do_nothing().returning(ApiToken.id)):
        raise Refused(_NAME_TAKEN, "name")
    return secret


def revoke_key(db: Session, key_id: int, by: Actor | None) -> bool:
    """It opens nothing from the commit on, also for who has come in with it and waits for a lock;
    whether there was one that held. Raises NotTheirs."""
    _may_give(by)
    ended = update(ApiToken).where(ApiToken.id == key_id, ApiToken.revoked_at.is_(None))
    ended = ended.values(
        revoked_at=func.now(),
        revoked_by=by.name if by else "",
        token_hash=UNKNOWN_BEFORE + func.replace(ApiToken.token_hash, UNKNOWN_BEFORE, ""),
    )
    return db.scalar(ended.returning(ApiToken.id)) is not None


def hand_over_key(db: Session, key_id: int, to: int, by: Actor | None) -> str:
    """From now on this person answers for it, with whom it would stop; a key that had stopped opens
    again what it did. Gives its name. Raises Refused, NotTheirs."""
    _may_give(by)
    person = db.scalar(select(User).where(User.id == to).with_for_update(read=True))
    if person is None or person.disabled or not may_at_all(Role(person.role), Do.KEYS):
        raise Refused("鍵を引き継げるのは、使える管理者だけです。", "person")
    key = db.scalar(select(ApiToken).where(ApiToken.id == key_id).with_for_update())
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= datetime.now(UTC)):
        raise Refused("この鍵は、もう使えません。新しい鍵を作ってください。")
    key.made_by = to
    return key.name


def renew_key(
    db: Session, name: str, until: date, former_days: int, by: Actor | None
) -> tuple[str, datetime]:
    """A new key for the program of this name, which opens what the one before opens, to the end of
    the day `until`; the one before holds as well for so many days, and one that was before that no
    more. Gives the new one, which is told here alone, and when the one before ends. Raises Refused,
    NotTheirs."""
    _may_give(by)
    key = db.scalar(select(ApiToken).where(ApiToken.name == _name(name)).with_for_update())
    now = datetime.now(UTC)
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= now):
        raise Refused("その名前の、使える鍵はありません。", "name")
    if not today() <= until <= today() + LONGEST:
        raise Refused(_TOO_LONG, "until")
    if not 0 <= former_days <= LONGEST_BESIDE.days:
        raise Refused(f"前の鍵を残すのは、0から{LONGEST_BESIDE.days}日までです。", "former_days")
    secret, ends = key_words.new(), now + timedelta(days=former_days)
    key.former_hash = key.token_hash.removeprefix(UNKNOWN_BEFORE)
    key.former_ends_at = min(ends, key.expires_at) if key.expires_at else ends
    key.former_used_at = key.used_at
    key.token_hash, key.expires_at = UNKNOWN_BEFORE + hashed(secret), _end_of(until)
    key.used_at = None
    db.flush()
    return secret, key.former_ends_at


def open_data_key(db: Session, name: str) -> str:
    """A new key for the program of this name, instead of its old one: of open data and without an
    end, or of what the old one was. Raises Refused for one that was revoked or has expired."""
    known = db.scalar(select(ApiToken).where(ApiToken.name == _name(name)).with_for_update())
    if known is None:
        return give_key(db, NewKey(name, (Scope.OPEN,), None, per_minute=_AS_BEFORE), None)
    if known.revoked_at or (known.expires_at and known.expires_at <= datetime.now(UTC)):
        raise Refused(_NAME_TAKEN, "name")
    secret = key_words.new()
    before = UNKNOWN_BEFORE if known.token_hash.startswith(UNKNOWN_BEFORE) else ""
    known.token_hash = before + hashed(secret)
    db.flush()
    return secret


def _may_give(by: Actor | None) -> None:
    if by is not None and not may(by, Do.KEYS, None):
        raise NotTheirs(Do.KEYS)


def _checked(db: Session, wanted: NewKey) -> str:
    """The name as it is kept. Raises Refused."""
    if not (name := _name(wanted.name)) or len(name) > LONGEST_NAME:
        raise Refused(f"名前を{LONGEST_NAME}文字までで書いてください。", "name")
    if not wanted.scopes:
        raise Refused("できることを1つ以上選んでください。", "scopes")
    if wanted.until and not today() <= wanted.until <= today() + LONGEST:
        raise Refused(_TOO_LONG, "until")
    if not 1 <= wanted.per_minute <= MOST_PER_MINUTE:
        raise Refused(f"1分間の回数は、1から{MOST_PER_MINUTE:,}までです。", "per_minute")
    here = {department.key for department in queries.departments(db)}
    if any(key not in here for key in wanted.departments):
        raise Refused("その担当課は、もうありません。選び直してください。", "departments")
    return name


def _name(words: str) -> str:
    return " ".join(filter(str.isprintable, words.replace("\0", "").split()))


def _end_of(day: date | None) -> datetime | None:
    return begin_of(day + timedelta(days=1)) if day else None


_AS_BEFORE: Final = 600
_TOO_LONG: Final = "期限は、今日から2年のうちの日を選んでください。"
_NAME_TAKEN: Final = (
    "その名前の鍵が、もうあります(取り消した鍵と、期限の切れた鍵も含みます)。"
    "別の名前にしてください。"
)
