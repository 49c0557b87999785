"""What each person does on a day, in the order that was packed for them, as a table."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class PlanStop(Base):
    """One ticket of a person's day; `turn` counts from 1."""

    __tablename__ = "plan_stops"
    __table_args__ = (
        Index("ix_plan_stops_day", "day"),
        Index("ix_plan_stops_ticket_id", "ticket_id"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    turn: Mapped[int]
