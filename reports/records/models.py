"""Issued records and the keys that sign them, as tables."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class IssuedRecord(Base):
    """One 経緯書 of a ticket, its `serial`: waiting → done | failed. The row stays; its file goes
    (`gone_at`) when something of a person that stands in it is to go (migration 0061).

    `why`: what it is for, in the words of who had it made; `personal`: with residents' words,
    names and pictures; `incident_on`: the day of the accident, where one is told. `key`: of the
    press. `done` of `total` photos are drawn. Of the file: `bytes`, `sha256`, by which key it is
    signed, and where the audit log's chain ended.
    """

    __tablename__ = "issued_records"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        Index("ix_issued_records_serial", "ticket_id", "serial", unique=True),
        Index("ix_issued_records_key", "ticket_id", "key", unique=True),
        Index("ix_issued_records_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    serial: Mapped[int]
    key: Mapped[str]
    why: Mapped[str]
    personal: Mapped[bool] = mapped_column(server_default=text("false"))
    incident_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    issued_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    sha256: Mapped[str | None]
    key_id: Mapped[str | None]
    audit_seq: Mapped[int | None] = mapped_column(BigInteger)
    audit_hash: Mapped[str | None]


class RecordPart(Base):
    """A piece of a record's file, by its place in it from 0."""

    __tablename__ = "record_parts"

    record_id: Mapped[int] = mapped_column(
        ForeignKey("issued_records.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class RecordKey(Base):
    """An Ed25519 key that signs records, or once did (`ended_at`). `sealed`: its private half, read
    with the installation's key alone, None once it has ended."""

    __tablename__ = "record_keys"
    __table_args__ = (
        Index("ix_record_keys_signs", "made_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    public: Mapped[bytes]
    sealed: Mapped[bytes | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
