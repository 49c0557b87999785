"""The months that were published: each version with its files, which stay."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class OpenDataVersion(Base):
    """One making of a month (its first day). waiting → done | same | failed.

    `version`: from 1 on within its month, of what is done; `same`: nothing was other than in the
    newest one, so that it made none. `turn`: at the beginning of which month the clock asked for
    it; otherwise `by_id` did. `done` of `total` tickets are read; `figures` as of
    `changes.Figures`, `rule`: k, licence, edition and the names of the city; `note`: what is other
    than in the version before. `digest`: SHA-256 of its CSV.
    """

    __tablename__ = "open_data_versions"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'same', 'failed')", name="state"),
        CheckConstraint("(state = 'done') = (version IS NOT NULL)", name="version"),
        Index("ix_open_data_versions_month", "month", "version", unique=True),
        Index("ix_open_data_versions_turn", "month", "turn", unique=True),
        Index(
            "ix_open_data_versions_waiting",
            "month",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_open_data_versions_key", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    month: Mapped[date]
    version: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    turn: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    key: Mapped[str | None]
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    figures: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    rule: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    note: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    digest: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_at: Mapped[datetime | None]


class OpenDataFile(Base):
    """A form of a version, with its size and its SHA-256 in hex."""

    __tablename__ = "open_data_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("open_data_versions.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]


class OpenDataPart(Base):
    """A piece of a file, by its place in it from 0."""

    __tablename__ = "open_data_parts"

    version_id: Mapped[int] = mapped_column(ForeignKey("open_data_versions.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
