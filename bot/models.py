"""What LINE told us, word for word, before anything is made of it."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import OF_THE_TRANSACTION, Base

KEPT_FOR: Final = timedelta(days=30)
"""After an event was heard its key stays so long, by which it is known when it comes again."""
TAKEN_WITHIN: Final = KEPT_FOR - timedelta(days=1)
"""Of an event's own time: what is older could have been heard, and its key be gone. The day is for
clocks that differ."""


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
    trace: Mapped[str | None] = mapped_column(server_default=OF_THE_TRANSACTION)
