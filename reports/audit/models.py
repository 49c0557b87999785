"""The audit log as tables: rows, the chain over them, and what was ended of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class AuditRow(Base):
    """One thing that somebody did; nobody changes or deletes it (migration 0043).

    `what`: in plain words, such as "users changed"; `about`: a thing and its number, "ticket:12".
    `user_id`: who; `via`: by which key, link, command or role of the database, where there is no
    user, or beside them. `old`, `new`: values, without anybody's words and secrets.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("kind IN ('sign in', 'refusal', 'change', 'look', 'export')", name="kind"),
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_user_id", "user_id", "at", "id"),
        Index("ix_audit_kind", "kind", "at", "id"),
        Index("ix_audit_about", "about", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    kind: Mapped[str]
    what: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="")
    user_id: Mapped[int | None]
    via: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    old: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    new: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class AuditSeal(Base):
    """The place of a row in the chain, and its hash (`reports/audit/chain.py`)."""

    __tablename__ = "audit_seals"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes]


class AuditStone(Base):
    """Rows up to `seq` were kept for as long as they had to be, and are gone; so many at once."""

    __tablename__ = "audit_stones"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]
    gone: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    mac: Mapped[bytes]


class AuditWaiting(Base):
    """A row that has no place in the chain yet."""

    __tablename__ = "audit_waiting"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditHead(Base):
    """Where the chain ends, signed by the installation's key; `said_on`: the day on which the log
    of the processes was last told."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("one = 1", name="only_one"),)

    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    mac: Mapped[bytes]
    said_on: Mapped[date | None]
