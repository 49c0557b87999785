"""Keys of programs, as a table."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class KeyInUse(Base):
    """A SECRET_KEY of this installation, by its mark, and since when all is sealed with it."""

    __tablename__ = "secret_keys"

    mark: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiToken(Base):
    """A program's way in; the key is shown once, its SHA-256 is kept.

    `former_hash`: of the key that it had before, which holds beside it until `former_ends_at`.

    `made_by`: who answers for it, with whom it stops. `scopes`: of `permissions.Scope`.
    `departments`: keys; none: all. `expires_at`: none of keys made before there were ends.
    `used_at`, `used_from` (a network): to a minute.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (
        CheckConstraint(
            "scopes <@ ARRAY['open', 'personal', 'write']::varchar[] AND scopes <> '{}'",
            name="scopes",
        ),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{open}'"))
    departments: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    per_minute: Mapped[int] = mapped_column(server_default=text("600"))
    expires_at: Mapped[datetime | None]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    used_at: Mapped[datetime | None]
    used_from: Mapped[str] = mapped_column(server_default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(server_default="")
    former_hash: Mapped[str | None] = mapped_column(unique=True)
    former_ends_at: Mapped[datetime | None]
    former_used_at: Mapped[datetime | None]
