"""What crews did, as tables: typed, for the year's sums."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Work(Base):
    """One time that a crew was at a place; `outcome` as of `reports.tickets.outcomes`.

    `history_id`: the move it came with. `done_at`: by the clock of their phone, which may be wrong;
    `created_at` by ours. `minutes`: of work, as they say. `undo`: as of `take_back.Found`, by which
    it can be taken back for a moment; older ones have none.
    """

    __tablename__ = "works"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    history_id: Mapped[int] = mapped_column(
        ForeignKey("history.id", ondelete="CASCADE"), unique=True
    )
    outcome: Mapped[str]
    done_at: Mapped[datetime | None]
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    undo: Mapped[dict[str, Any] | None]


class UsedMaterial(Base):
    """So much of a material went into a work. `name` and `unit` are what the city called it then,
    whatever has become of its list."""

    __tablename__ = "used_materials"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    work_id: Mapped[int] = mapped_column(
        ForeignKey("works.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    material: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(8, 2))
