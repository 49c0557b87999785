"""What people prove themselves by beside their password, and who has done only the first step."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Passkey(Base):
    """A key of somebody's: `public_key` in COSE, `name` as they call it.

    `sign_count`: how often its device says it was used (0 of those that do not count);
    `transports`: how browsers reach it.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class CodeApp(Base):
    """An app that makes one-time codes (RFC 6238). `secret`: sealed by the installation's key;
    `last_step`: the half minute, since 1970, of the last code that was taken."""

    __tablename__ = "code_apps"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecoveryCode(Base):
    """A code that lets somebody in once, kept as a keyed hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash", name="uq_recovery_codes_user_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class SignInStep(Base):
    """Somebody whose password was right and who is not in yet; the cookie holds the secret, the
    table its SHA-256. `password_hash`: a SHA-256 of what was kept of the password then; `next`: the
    page that they came for."""

    __tablename__ = "sign_in_steps"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    password_hash: Mapped[str]
    next: Mapped[str]
    expires_at: Mapped[datetime]


class UsedChallenge(Base):
    """What a passkey has signed: it is signed only once, and forgotten when it is too old."""

    __tablename__ = "used_challenges"

    challenge: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    gone_at: Mapped[datetime] = mapped_column(index=True)
