"""Monthly reports: each version with its bytes, the words of staff, who gets them by mail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class MonthlyReport(Base):
    """One making of a month's report (its first day). waiting → done | same | failed.

    `version`: from 1 on within its month, of what is done; `same`: it would say what the newest one
    says, so that it made none. `turn`: why the clock asked for it ("first": the first business day,
    "closed": its numbers have closed since, "photos": one may not be shown any more); otherwise
    `by_id` did. `done` of `total` steps are over. `told`: all that it says, as it was set, without
    pictures, and `digest` its SHA-256; `is_open`: its numbers could still change. `tickets` and
    `photos`: whose pictures are in it. `bytes`, `pages`, `sha256` (hex): of the PDF, whose bytes
    never change; they leave with the data of a resident who had them erased, at `emptied_at`.
    `mail`: it is sent to those who are named.
    """

    __tablename__ = "monthly_reports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'same', 'failed')", name="state"),
        CheckConstraint("(state = 'done') = (version IS NOT NULL)", name="version"),
        Index("ix_monthly_reports_month", "month", "version", unique=True),
        Index(
            "ix_monthly_reports_turn",
            "month",
            "turn",
            unique=True,
            postgresql_where=text("turn IN ('first', 'closed') AND state <> 'failed'"),
        ),
        Index(
            "ix_monthly_reports_waiting",
            "month",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_monthly_reports_key", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    month: Mapped[date]
    version: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    turn: Mapped[str | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    key: Mapped[str | None]
    mail: Mapped[bool] = mapped_column(server_default=text("false"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    told: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    digest: Mapped[str] = mapped_column(server_default="")
    is_open: Mapped[bool] = mapped_column(server_default=text("false"))
    tickets: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    photos: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    pages: Mapped[int] = mapped_column(server_default=text("0"))
    sha256: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]


class MonthlyReportPart(Base):
    """A piece of a version's PDF, by its place in it from 0."""

    __tablename__ = "monthly_report_parts"

    report_id: Mapped[int] = mapped_column(ForeignKey("monthly_reports.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class MonthlyWords(Base):
    """What staff write for a month (its first day), and of which `tickets` they want the pictures;
    none: a rule picks. `change` grows with each of their changes."""

    __tablename__ = "monthly_words"

    month: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(server_default="")
    tickets: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    change: Mapped[int] = mapped_column(server_default=text("1"))
    by: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class MonthlyReader(Base):
    """Somebody with an account who gets each report by mail, at this address."""

    __tablename__ = "monthly_readers"
    __table_args__ = (UniqueConstraint("user_id", "address"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    address: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
