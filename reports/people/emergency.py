"""Who may come in by what Michi itself keeps of them, a password or a passkey, where the city's
provider signs people in: whom it does not know, or only one administrator for the day on which it
does not answer."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people import provided
from reports.people.models import User
from reports.people.permissions import Role
from settings import settings

_SENTENCE: Final = (
    "「{}」でサインインする人です。ここのパスワードは使いません。役割はグループの表で決まります。"
)


def opens_to(name: str) -> bool:
    """Whether a password is of use to whoever signs in by this name, as far as the settings say."""
    return settings().passwords_only_for in ("", name)


def lets_in(db: Session, person: User) -> bool:
    """Whether this person comes in without the provider. Whom it knows has left the city's service
    when it says so, and keeps no other way in."""
    given = settings()
    if given.passwords_only_for:
        return person.name == given.passwords_only_for
    return not given.oidc_issuer or not provided.is_provided(db, person.id)


def may_join(db: Session, person: User) -> bool:
    """Whether this person may come by the provider from now on: not who is kept for the day on
    which it does not answer."""
    given = settings()
    is_kept = person.name == given.passwords_only_for
    return bool(given.oidc_issuer) and not is_kept and not provided.is_provided(db, person.id)


def sentence() -> str:
    """Why somebody has no use for a password."""
    return _SENTENCE.format(settings().oidc_name)


def is_missing(db: Session) -> bool:
    """Whether nobody could come in by PASSWORDS_ONLY_FOR: no administrator has this name, or they
    were stopped, or have no password yet."""
    name = settings().passwords_only_for
    alive = User.disabled.is_(False), User.role == Role.ADMINISTRATOR, User.password != ""
    return bool(name) and db.scalar(select(User.id).where(User.name == name, *alive)) is None
