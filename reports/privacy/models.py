"""What was cleared away as a table: how many of each, never what."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


def _none() -> Mapped[dict[str, Any]]:
    return mapped_column(server_default=text("'{}'::jsonb"))


class Clearing(Base):
    """One run that somebody began, or all that the clock did on one `day`.

    running → done | failed. `keep`: the periods of then, as `reports.city.periods` reads them;
    `due`: how much was to go when it began, `gone`: how much has, both by the step's key. `key`: of
    the press that began it.
    """

    __tablename__ = "clearings"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
        Index("ix_clearings_day", "day", unique=True, postgresql_where=text("day IS NOT NULL")),
        Index("ix_clearings_running", "state", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="running")
    day: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(server_default="")
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    keep: Mapped[dict[str, Any]] = _none()
    due: Mapped[dict[str, Any]] = _none()
    gone: Mapped[dict[str, Any]] = _none()
    key: Mapped[str | None] = mapped_column(unique=True)


class Erasing(Base):
    """Somebody was erased, took a message back, or tickets were thrown away: by what numbers of
    rows that was, for the list that lies outside of this database.

    `what`: resident (`ids`: of their row), reports (of each), unsent (of a resident, and of LINE's
    message), thrown_away (the list's number, who approved, and of each ticket id, number, kind and
    year: `reports.discard.throwing`). `noted_at`: since when it stands in that list.
    """

    __tablename__ = "erasings"
    __table_args__ = (
        CheckConstraint("what IN ('resident', 'reports', 'unsent', 'thrown_away')", name="what"),
        Index("ix_erasings_unnoted", "at", postgresql_where=text("noted_at IS NULL")),
    )

    key: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    what: Mapped[str]
    ids: Mapped[list[Any]]
    noted_at: Mapped[datetime | None]
