"""Who may sign in by a password: everybody, or where the city's provider signs all in, one
administrator for the day on which it does not."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import User
from reports.people.permissions import Role
from settings import settings

SENTENCE: Final = (
    "パスワードを使わない設定です。「{}」でサインインします。役割はグループの表で決まります。"
)


def opens_to(name: str) -> bool:
    """Whether a password lets whoever signs in by this name in."""
    return settings().passwords_only_for in ("", name)


def sentence() -> str:
    """Why somebody has no use for a password."""
    return SENTENCE.format(settings().oidc_name)


def is_missing(db: Session) -> bool:
    """Whether nobody could come in by PASSWORDS_ONLY_FOR: no administrator has this name, or they
    were stopped, or have no password yet."""
    name = settings().passwords_only_for
    alive = User.disabled.is_(False), User.role == Role.ADMINISTRATOR, User.password != ""
    return bool(name) and db.scalar(select(User.id).where(User.name == name, *alive)) is None
