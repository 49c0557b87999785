"""Money as tables: what was spent, in a book that is only added to; budgets, prices, and the
columns of the file for the accounts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


def _words() -> Mapped[str]:
    return mapped_column(server_default="")


class Spending(Base):
    """One entry of the book, which never changes: yen without tax, below zero where something that
    was booked is not so any more.

    `source`: what it is about: "order:" and the id of a line of quantities, "material:" and a work
    and a material, "minutes:" and a work. `day`: in which it counts; `own_day`: when it was done,
    earlier where its month was closed already. `fiscal_year`: of an order that in which it was
    issued. `ticket_id`: also when the ticket is no more. `category`, `district`: keys; `road`: a
    name; all "" for none. `firm`: the contractor's name then; `what`: the work or the material.
    """

    __tablename__ = "spendings"
    __table_args__ = (
        CheckConstraint("kind IN ('order', 'material', 'minutes')", name="kind"),
        Index("ix_spendings_day", "day"),
        Index("ix_spendings_source", "source"),
        Index("ix_spendings_fiscal_year", "fiscal_year"),
        Index("ix_spendings_ticket", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str]
    kind: Mapped[str]
    day: Mapped[date]
    own_day: Mapped[date]
    fiscal_year: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str]
    category: Mapped[str] = _words()
    district: Mapped[str] = _words()
    road: Mapped[str] = _words()
    contractor_id: Mapped[int | None]
    firm: Mapped[str] = _words()
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    order_number: Mapped[str] = _words()
    what: Mapped[str] = _words()
    unit: Mapped[str] = _words()
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    yen: Mapped[int] = mapped_column(BigInteger)
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SpendingState(Base):
    """One row, since the book was opened: what was done before then counts in its own month.
    `all_on`: the day on which all was last looked at."""

    __tablename__ = "spending_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    all_on: Mapped[date | None]


class SpendingWaiting(Base):
    """A ticket of which something was written that the book follows (triggers note it, migration
    0064); NULL: of all of them."""

    __tablename__ = "spending_waiting"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)


class Budget(Base):
    """予算: so much for this in a fiscal year, yen without tax. Each change is a row of its own;
    the newest of a year and `covers` is in use.

    `covers`: "contractor:" and an id, or "orders" (of all others), "materials", "minutes".
    `name`: 費目. `note`: why it was changed (当初, 補正 …).
    """

    __tablename__ = "budgets"
    __table_args__ = (
        CheckConstraint("yen >= 0", name="yen"),
        Index("ix_budgets_fiscal_year", "fiscal_year", "covers", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int]
    covers: Mapped[str]
    name: Mapped[str] = _words()
    yen: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = _words()
    made_by: Mapped[str] = _words()
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CostPrice(Base):
    """What the city reckons with in a fiscal year: `of` is "hour" (of one person of a crew) or the
    key of a material, for one of its unit; yen without tax."""

    __tablename__ = "cost_prices"
    __table_args__ = (CheckConstraint("yen >= 0", name="yen"),)

    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    of: Mapped[str] = mapped_column(primary_key=True)
    yen: Mapped[int]
    made_by: Mapped[str] = _words()
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountFile(Base):
    """One row: how the file for the accounts looks. `columns`: pairs of heading and field, as of
    `reports.orders.account_file`; `encoding`: "utf-8" (with BOM) or "cp932"."""

    __tablename__ = "account_files"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("encoding IN ('utf-8', 'cp932')", name="encoding"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    columns: Mapped[list[Any]] = mapped_column(JSONB)
    encoding: Mapped[str] = mapped_column(server_default=text("'utf-8'"))
    made_by: Mapped[str] = _words()
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
