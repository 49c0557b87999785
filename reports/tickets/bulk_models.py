"""What staff do to many tickets at once, as tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class BulkRun(Base):
    """Tickets that somebody chose, what they want done to each, and how far it is.

    `state`: chosen (nothing is done yet), running, done. `undo_of`: the run that this one undoes.
    `key`: of the press that chose them.
    """

    __tablename__ = "bulk_runs"
    __table_args__ = (
        CheckConstraint("state IN ('chosen', 'running', 'done')", name="state"),
        Index("ix_bulk_runs_waiting", "by_id", postgresql_where=text("state <> 'done'")),
        Index(
            "ix_bulk_runs_key",
            "by_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    by_name: Mapped[str]
    act: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(server_default="chosen")
    undo_of: Mapped[int | None] = mapped_column(
        ForeignKey("bulk_runs.id", ondelete="CASCADE"), unique=True
    )
    made_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    ended_at: Mapped[datetime | None]
    key: Mapped[str | None]


class BulkItem(Base):
    """One ticket of a run. `wrong`: why it could not be done. `before`: what it had been, where
    that can be undone."""

    __tablename__ = "bulk_items"
    __table_args__ = (
        Index("ix_bulk_items_left", "run_id", "place", postgresql_where=text("NOT done")),
        Index("ix_bulk_items_ticket_id", "ticket_id"),
    )

    run_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_runs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    done: Mapped[bool] = mapped_column(server_default=text("false"))
    wrong: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
