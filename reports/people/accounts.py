"""Who may come in with a password."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.models import Contractor
from reports.city.profile import profile
from reports.people import last_ones, rights
from reports.people.models import CrewLink, Invitation, KnownDevice, SignIn, User
from reports.people.passwords import composed, weakness

# OWASP's least for argon2id: 19 MiB and two passes, 20–30 ms of one core
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_FEW_AT_ONCE: Final = BoundedSemaphore(4)


def create_user(
    db: Session,
    *,
    name: str,
    shown_name: str,
    password: str,
    role: str,
    department_key: str | None = None,
    contractor_key: str | None = None,
    further: Sequence[str] = (),
) -> None:
    """Make this person, or change the one of this name; a changed one must sign in again, and
    link their LINE account again, and comes by no link or known browser of before.

    `role`: as of `Role`, a crew's and that of staff of departments with one and, `further`, more;
    a contractor's with a contractor. Raises ValueError saying what is wrong, LastOne.
    """
    keys = [key for key in (department_key, *further) if key]
    department_ids = rights.department_ids(db, role, keys)
    department_id = department_ids[0] if department_ids else None
    contractor_id = rights.contractor_id(db, role, contractor_key)
    known = known_as(db, name)
    if known and _is_the_same(known, (role, department_id, contractor_id), password):
        known.shown_name = shown_name
        rights.keep_departments(db, known.id, department_ids)
        return
    if weak := weakness(password, [name, shown_name, *city_names(db)]):
        raise ValueError(weak.english)
    last_ones.keep(db, known, role)
    facts: dict[str, Any] = {
        "shown_name": shown_name,
        "password": password_hash(password),
        "role": role,
        "department_id": department_id,
        "contractor_id": contractor_id,
        "disabled": False,
    }
    made = db.execute(
        insert(User)
        .values(name=plain_name(name), **facts)
        .on_conflict_do_update(index_elements=[User.name], set_=facts)
        .returning(User.id)
    ).scalar_one()
    rights.keep_departments(db, made, department_ids)
    _shut_open_ways(db, made)


def _shut_open_ways(db: Session, user_id: int) -> None:
    """They come by no session, known browser, LINE account or link of before."""
    for way in (SignIn, KnownDevice, CrewLink):
        db.execute(delete(way).where(way.user_id == user_id))
    waits = Invitation.user_id == user_id, Invitation.used_at.is_(None)
    over = update(Invitation).where(*waits, Invitation.revoked_at.is_(None))
    db.execute(over.values(revoked_at=func.now(), mail=""))


def known_as(db: Session, name: str) -> User | None:
    """Somebody of this name who may sign in, which nobody of a retired firm may; it may be typed in
    full width."""
    plain = plain_name(name)
    names = dict.fromkeys((plain, plain_name(unicodedata.normalize("NFKC", name))))
    known = select(User).where(User.name.in_(names), User.disabled.is_(False))
    retired = select(Contractor.id).where(Contractor.retired)
    welcome = or_(User.contractor_id.is_(None), User.contractor_id.not_in(retired))
    return db.scalar(known.where(welcome).order_by(User.name != plain).limit(1))


def as_checked(db: Session, checked: User) -> User | None:
    """The same person, to be signed in until the commit, unless they were disabled or have another
    password since it was looked at."""
    same = User.id == checked.id, User.password == checked.password, User.disabled.is_(False)
    return db.scalar(select(User).where(*same).with_for_update())


def password_hash(password: str) -> str:
    """What is kept of it."""
    return _HASHER.hash(composed(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password; an unknown name (None) costs the same time as a wrong one."""
    plain = composed(password)
    return _fits(kept, plain) or (password != plain and _fits(kept, password))


def _fits(kept: str | None, password: str) -> bool:
    with _FEW_AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobodys(), password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_hex(16))


def _is_the_same(known: User, where: tuple[str, int | None, int | None], password: str) -> bool:
    unmoved = (known.role, known.department_id, known.contractor_id) == where
    return unmoved and is_right(known.password, password)


def city_names(db: Session) -> list[str]:
    """As the city calls itself: what a password must not be made of."""
    facts = profile(db)
    return [str(facts.get(name, "")) for name in ("name", "name_en")]


def plain_name(name: str) -> str:
    """As names of sign-ins are kept."""
    return name.replace("\0", "").strip().casefold()


def hashed(secret: str) -> str:
    """What tables keep of a random secret: SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
