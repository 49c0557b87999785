"""What is kept of tickets so that what came back is read at once. No personal data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


def _ticket(*, primary_key: bool = False) -> Mapped[int]:
    return mapped_column(
        BigInteger,
        ForeignKey("tickets.id", ondelete="CASCADE"),
        primary_key=primary_key,
        autoincrement=False,
    )


class TicketSection(Base):
    """On which section of its road a ticket lies (None: on none), and what is counted by it.

    `day`: when it was received. `counts`: it was neither put together with another one, nor taken
    back, nor declined.
    """

    __tablename__ = "ticket_sections"
    __table_args__ = (
        Index("ix_ticket_sections_section", "section", "day"),
        Index("ix_ticket_sections_day", "day", "section", "category"),
    )

    ticket_id: Mapped[int] = _ticket(primary_key=True)
    section: Mapped[str | None]
    category: Mapped[str]
    town: Mapped[str]
    day: Mapped[date]
    counts: Mapped[bool]


class CameBack(Base):
    """`first_id` was mended at `fixed_at`, and within two years something of its kind was wrong
    again: reported anew as `again_id`, or, where that is the same ticket, reopened.

    `how`: at the same place, on the same section, or reopened; `metres` between both.
    """

    __tablename__ = "came_back"
    __table_args__ = (
        CheckConstraint("how IN ('place', 'section', 'reopened')", name="how"),
        UniqueConstraint("again_id", "again_at", name="uq_came_back_again_id"),
        Index("ix_came_back_at", "again_at", "id"),
        Index("ix_came_back_first", "first_id"),
        Index("ix_came_back_section", "section", "again_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_id: Mapped[int] = _ticket()
    again_id: Mapped[int] = _ticket()
    fixed_at: Mapped[datetime]
    again_at: Mapped[datetime]
    how: Mapped[str]
    metres: Mapped[float]
    category: Mapped[str]
    section: Mapped[str | None]
    town: Mapped[str]


class AgainState(Base):
    """The one row that says how far these tables follow the tickets.

    `moment`, `through`: as of `reports.tickets.changed`; `by`: the map and the settings that they
    are made by; `pass_after`: all tickets are looked at anew, and this one was the last. None: they
    were.
    """

    __tablename__ = "again_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[str | None]
    through: Mapped[str | None]
    pass_after: Mapped[int | None] = mapped_column(BigInteger, server_default=text("0"))
    by: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
