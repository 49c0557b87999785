"""Sessions of people who have signed in: the browser has the secret, the table its SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, func, insert, update
from sqlalchemy.orm import Session

from reports.people.accounts import hashed
from reports.people.models import SignIn, User
from reports.people.permissions import Actor, Do, Role, may, may_at_all
from reports.people.phones import name_on_phone
from reports.people.rights import DEPARTMENTS
from settings import settings
from store.database import at_once

LIFE: Final = timedelta(hours=12)
TOUCHED_EVERY: Final = timedelta(minutes=1)


class Where(NamedTuple):
    """In which browser a session is begun (in words), from which network, and as which known
    device."""

    device: str = ""
    network: str = ""
    known_device_id: int | None = None


NOWHERE: Final = Where()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in; `departments` are keys of theirs, `department` is the first,
    `contractor_id` of whose people they are. `csrf` must come back with every form. `is_proven`:
    whether they showed who they are not long ago."""

    user_id: int
    name: str
    role: Role
    department: str | None
    department_name: str | None
    csrf: str
    contractor_id: int | None = None
    departments: tuple[str, ...] = ()
    is_proven: bool = False
    phone_name: str = ""
    """As their phones know it; "" where none has asked for it yet."""

    @property
    def actor(self) -> Actor:
        return Actor(
            self.role, self.name, self.user_id, self.department, self.contractor_id,
            departments=self.departments,
        )  # fmt: skip

    @property
    def side(self) -> Role:
        """Whose screens are theirs."""
        return self.role.side

    @property
    def home(self) -> str:
        """Where they begin."""
        return f"/{self.role.side}/"

    def may(self, *do: Do) -> bool:
        """Whether there is any ticket, or anything at all, with which they may do all of this."""
        return all(may_at_all(self.role, one) for one in do)

    def may_with(self, do: Do, department: str | None) -> bool:
        """With what is this department's (a key), or nobody's."""
        return may(self.actor, do, department)

    @property
    def name_on_phone(self) -> str:
        """Under which a crew's phone keeps what is theirs."""
        return self.phone_name or name_on_phone(self.user_id)

    def may_see(self, department: str | None) -> bool:
        """What is this department's (a key), or nobody's."""
        return may(self.actor, Do.SEE, department)


def begin(db: Session, user_id: int, where: Where = NOWHERE) -> str:
    """A new session, and the end of everybody's old ones; gives the cookie's secret (256 bit)."""
    db.execute(delete(SignIn).where(SignIn.expires_at < func.now()))
    secret = secrets.token_urlsafe(32)
    db.execute(
        insert(SignIn).values(
            token_hash=hashed(secret),
            user_id=user_id,
            csrf=secrets.token_urlsafe(24),
            expires_at=datetime.now(UTC) + LIFE,
            **where._asdict(),
        )
    )
    db.execute(update(User).where(User.id == user_id).values(last_sign_in_at=func.now()))
    return secret


def end(db: Session, secret: str) -> None:
    """This session is over, wherever its cookie still is."""
    db.execute(delete(SignIn).where(SignIn.token_hash == hashed(secret)))


def prove(db: Session, secret: str, at: datetime | None = None) -> None:
    """Whoever this session is of has shown who they are: now, or `at` that moment. Until then its
    beginning counts."""
    mine = update(SignIn).where(SignIn.token_hash == hashed(secret))
    db.execute(mine.values(proven_at=at or func.now()))


def visitor(secret: str, *, by_itself: bool = False) -> Visitor | None:
    """Whoever this session is of, while it lasts, is used, and the person may come in. `by_itself`:
    a page asks while nobody is at it (`web/kit/by_itself.js`), which is no use of the session."""
    token_hash = hashed(secret)
    idle = settings().idle_minutes_outside, settings().idle_minutes
    rows = at_once(_WHO, settings().prove_again_minutes, token_hash, *idle)
    if not rows:
        return None
    *known, departments, is_touched, is_proven, phone_name = rows[0]
    if not is_touched and not by_itself:
        at_once(_TOUCH, token_hash, TOUCHED_EVERY)
    user_id, name, role, department, its_name, csrf, contractor_id = known
    return Visitor(
        user_id, name, Role(role), department, its_name, csrf, contractor_id, tuple(departments),
        is_proven=is_proven, phone_name=phone_name,
    )  # fmt: skip


_WHO: Final = f"""
    SELECT u.id, u.shown_name, u.role, d.key, d.name, s.csrf, u.contractor_id,
           {DEPARTMENTS}, s.seen_at > now() - interval '1 minute',
           coalesce(s.proven_at, s.created_at) > now() - make_interval(mins => %s),
           coalesce(p.name, '')
    FROM sign_ins s JOIN users u ON u.id = s.user_id
    LEFT JOIN departments d ON d.id = u.department_id
    LEFT JOIN contractors c ON c.id = u.contractor_id
    LEFT JOIN phone_names p ON p.user_id = u.id
    WHERE s.token_hash = %s AND s.expires_at > now() AND NOT u.disabled
      AND c.retired IS NOT TRUE
      AND s.seen_at > now() - make_interval(
          mins => CASE WHEN u.role IN ('crew', 'contractor') THEN %s ELSE %s END)
"""
_TOUCH: Final = """
    UPDATE sign_ins SET seen_at = now() WHERE token_hash = %s AND seen_at < now() - %s
"""
