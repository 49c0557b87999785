"""Why a ticket is kept past its period, as a table."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class TicketHold(Base):
    """保留: a ticket, and all that was put together with it, is not thrown away.

    `why`: what for (a damage claim …), in the words of who wrote it; `until`: the last day, None
    until somebody ends it (`ended_at`). `key`: of the press.
    """

    __tablename__ = "ticket_holds"
    __table_args__ = (
        Index("ix_ticket_holds_ticket_id", "ticket_id", "id"),
        Index("ix_ticket_holds_key", "ticket_id", "key", unique=True),
        Index("ix_ticket_holds_open", "ticket_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    why: Mapped[str]
    until: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    key: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(server_default="")
