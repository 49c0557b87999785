"""How many tickets lie in each cell of the map, as tables.

Places are in steps: the world is 2^26 of them wide and high, counted from the north-west, so that a
tile of zoom 14 has 4,096.
"""

from datetime import date

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

CELL_CHANGES = Table(
    "ticket_cell_changes",
    Base.metadata,
    Column("many", SmallInteger, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False),
    Column("department_id", Integer),
    Column("category", String, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("paused_at", DateTime(timezone=True)),
    Column("deadline", Date),
    Column("long_overdue_on", Date),
)
"""Tickets that came to a place or state (`many` is 1), or left it (-1), and are not yet added up. A
trigger writes them (migration 0016), in the commit that changes the ticket."""


class TicketCell(Base):
    """Of the tile `zoom`, `x`, `y`: how many tickets in its `cell` (0 to 63, row by row) are alike.

    `level`: what is told apart. "open": the open ones by rank alone; "department": those of each
    department (0: nobody's); "each": all, closed ones too, by everything. What is not told apart is
    "" or 0. `mark` and `rank` are those of the day in `ticket_cell_days`. `sum_x`, `sum_y`: their
    steps together; `west`, `east`, `north`, `south`: steps between which all of them lie.
    """

    __tablename__ = "ticket_cells"

    zoom: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    x: Mapped[int] = mapped_column(primary_key=True)
    y: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    is_withdrawn: Mapped[bool] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    many: Mapped[int]
    sum_x: Mapped[int] = mapped_column(BigInteger)
    sum_y: Mapped[int] = mapped_column(BigInteger)
    west: Mapped[int]
    east: Mapped[int]
    north: Mapped[int]
    south: Mapped[int]


class TicketCellDay(Base):
    """The day as of which cells are counted; without it they are not."""

    __tablename__ = "ticket_cell_days"

    day: Mapped[date] = mapped_column(primary_key=True)
