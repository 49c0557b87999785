"""What LINE told us, word for word, before anything is made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class InboxEvent(Base):
    """One webhook event. `key` is LINE's webhookEventId, so the same event is kept once.

    `person` is whom it came from (a user, or a group or room), and orders the drain.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_waiting",
            "person",
            "occurred_at",
            "id",
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_inbox_person", "person"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    person: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    raw: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    retry_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Forgotten(Base):
    """One row: events up to this moment, by LINE's own time, may have been heard and forgotten, and
    their keys with them. What is as old is not heard, for it may be a replay."""

    __tablename__ = "inbox_forgotten"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]
