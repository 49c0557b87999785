"""What happened to tickets, as a table."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class History(Base):
    """One line for everything that happened to a ticket: `reports/tickets/events.py`.

    `actor_id`: who of those who sign in; `actor_name` is what they were called then. `key`: of the
    press that it came from.
    """

    __tablename__ = "history"
    __table_args__ = (
        Index(
            "ix_history_key",
            "ticket_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
        ),
        Index("ix_history_ticket", "ticket_id", "id"),
        Index("ix_history_actor", "actor_id", "at", postgresql_where=text("actor_id IS NOT NULL")),
        Index("ix_history_reopened", "ticket_id", postgresql_where=text("to_status = 'reopened'")),
        Index(
            "ix_history_report",
            text("((details ->> 'report_id')::bigint)"),
            postgresql_where=text("details ? 'report_id'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    actor_name: Mapped[str] = mapped_column(server_default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    key: Mapped[str | None]
    what: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
