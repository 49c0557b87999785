"""Notes of those who work on a ticket, as a table."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

_OPEN = text("done_at IS NULL")


class Note(Base):
    """What staff write for each other; residents never read it.

    `user_id` or `department_id`: for whom it is, if for anybody, until it is done (`done_at`;
    `done_by`: a name). `key`: of the press that it came from.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index(
            "ix_notes_key",
            "ticket_id",
            "key",
            unique=True,
            postgresql_where=text("key IS NOT NULL"),
        ),
        Index("ix_notes_open_user_id", "user_id", postgresql_where=_OPEN),
        Index("ix_notes_open_department_id", "department_id", postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    words: Mapped[str]
    key: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(server_default="")
