"""Sessions that were begun at the city's provider, and who is meant by what it calls somebody."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reports.people.accounts import hashed
from reports.people.models import SignIn
from reports.people.provider_models import ProviderPerson, ProviderSession
from store import sql


@dataclass(frozen=True, slots=True)
class Begun:
    """What the provider's side of a session is: its token about them, its own session's id, and the
    address where it ends one; "" where it has none."""

    id_token: str
    sid: str
    end_address: str


def person_of(db: Session, issuer: str, subject: str) -> ProviderPerson | None:
    """Whom the provider means; nobody else comes by its word until the commit."""
    sql.run(db, _LOCK, who=f"{issuer}\n{subject}")
    theirs = ProviderPerson.issuer == issuer, ProviderPerson.subject == subject
    return db.scalar(select(ProviderPerson).where(*theirs))


def keep(db: Session, secret: str, begun: Begun) -> None:
    """The session of this secret was begun there."""
    facts = {"token_hash": hashed(secret), "id_token": begun.id_token, "sid": begun.sid}
    db.execute(insert(ProviderSession).values(**facts, end_address=begun.end_address))


def begun_as(db: Session, secret: str) -> Begun | None:
    """How the session of this secret was begun there, if it was."""
    one = db.get(ProviderSession, hashed(secret))
    return Begun(one.id_token, one.sid, one.end_address) if one else None


def end(db: Session, issuer: str, subject: str, sid: str) -> int:
    """The provider has ended its session `sid`, or all of `subject`'s where that is ""; ours that
    were begun there are over. Gives how many."""
    begun = select(ProviderSession.token_hash)
    if sid:
        begun = begun.where(ProviderSession.sid == sid)
    whose = select(ProviderPerson.user_id).where(ProviderPerson.issuer == issuer)
    if subject:
        whose = whose.where(ProviderPerson.subject == subject)
    gone = delete(SignIn).where(SignIn.token_hash.in_(begun), SignIn.user_id.in_(whose))
    return len(db.execute(gone.returning(SignIn.id)).all())


def is_provided(db: Session, user_id: int) -> bool:
    """Whether the provider knows them."""
    theirs = select(func.count()).where(ProviderPerson.user_id == user_id)
    return bool(db.scalar(theirs))


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('provider ' || %(who)s, 0))"
