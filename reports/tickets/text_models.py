"""What can be searched of each ticket, as tables."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

TEXT_CHANGES = Table(
    "ticket_text_changes",
    Base.metadata,
    Column("ticket_id", BigInteger, nullable=False, index=True),
)
"""Tickets of which the kept words may be old. Triggers write them (migration 0017), in the commit
that changes the words."""


class TicketText(Base):
    """Of a ticket all that can be searched, folded, a line for each thing that was written. In the
    index are its letters and its pairs of letters (`michi_grams`, migration 0017)."""

    __tablename__ = "ticket_texts"
    __table_args__ = (
        Index("ix_ticket_texts_grams", text("michi_grams(words)"), postgresql_using="gin"),
    )

    ticket_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    )  # fmt: skip
    words: Mapped[str]
