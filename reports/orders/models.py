"""Work orders as tables."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

ITEM_IS_OPEN: Final = "state IN ('waiting', 'started', 'reported')"
"""As the index ix_work_order_items_open has it: one ticket stands in one such item."""


def _no() -> Mapped[bool]:
    return mapped_column(server_default=text("false"))


def _words() -> Mapped[str]:
    return mapped_column(server_default="")


class UnitPrice(Base):
    """What one unit of this work costs in this year of the contract, in yen without tax."""

    __tablename__ = "unit_prices"
    __table_args__ = (
        UniqueConstraint(
            "contractor_id", "fiscal_year", "work", "unit", name="uq_unit_prices_contractor_id"
        ),
        CheckConstraint("yen >= 0", name="yen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contractor_id: Mapped[int] = mapped_column(ForeignKey("contractors.id"))
    fiscal_year: Mapped[int]
    work: Mapped[str]
    unit: Mapped[str]
    yen: Mapped[int]


class WorkOrder(Base):
    """作業指示書: draft → issued → done | cancelled.

    `fiscal_year`, `serial`: its number, since it was issued. `until`: the last day. `city_checks`:
    what the contractor reports as done is looked at by the city before residents hear of it.
    `start_on`: when the work is to begin; `traffic`: how traffic is held up meanwhile.
    `clerk`, `chief`: names on the paper. `closed_note`: why it was cancelled. `key`: of the press
    that made it. `change`: how often it was changed.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'issued', 'done', 'cancelled')", name="state"),
        CheckConstraint(
            "state IN ('draft', 'cancelled') OR serial IS NOT NULL AND contractor_id IS NOT NULL"
            " AND until IS NOT NULL AND issued_at IS NOT NULL",
            name="issued",
        ),
        Index("ix_work_orders_number", "fiscal_year", "serial", unique=True),
        Index("ix_work_orders_state", "state", "id"),
        Index("ix_work_orders_contractor_id", "contractor_id", "state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="draft")
    fiscal_year: Mapped[int | None]
    serial: Mapped[int | None]
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    until: Mapped[date | None]
    start_on: Mapped[date | None]
    traffic: Mapped[str] = _words()
    urgent: Mapped[bool] = _no()
    city_checks: Mapped[bool] = _no()
    remarks: Mapped[str] = _words()
    clerk: Mapped[str] = _words()
    chief: Mapped[str] = _words()
    closed_note: Mapped[str] = _words()
    key: Mapped[str | None] = mapped_column(unique=True)
    change: Mapped[int] = mapped_column(server_default=text("0"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    issued_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class OrderItem(Base):
    """A ticket in an order: waiting → started → reported (where the city looks first) → done, or
    cannot, or taken_out.

    `what`: what to do, in the desk's words. `quotes`: ids of residents' remarks that the desk shows
    with it; who takes a remark back takes it from here too. `left_out`: ids of photos that the
    contractor does not get; `shown`: of those that they get, as it stood when the order was issued
    or staff chose last, so that what comes later waits for them. None in a draft, and where an
    order was issued by a version that kept no such list: then what was there when it was issued.
    `moved_by`: the line of history by which issuing moved the ticket.
    `said`: the contractor's words, or why it cannot be done; `sent_back`: what the city wants
    otherwise.
    """

    __tablename__ = "work_order_items"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'started', 'reported', 'done', 'cannot', 'taken_out')",
            name="state",
        ),
        Index("ix_work_order_items_order_id", "order_id", "place"),
        Index("ix_work_order_items_ticket_id", "ticket_id"),
        Index(
            "ix_work_order_items_open",
            "ticket_id",
            unique=True,
            postgresql_where=text(ITEM_IS_OPEN),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    place: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="waiting")
    what: Mapped[str] = _words()
    quotes: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default=text("'{}'::bigint[]")
    )
    left_out: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default=text("'{}'::bigint[]")
    )
    shown: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    moved_by: Mapped[int | None] = mapped_column(BigInteger)
    said: Mapped[str] = _words()
    sent_back: Mapped[str] = _words()
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class OrderQuantity(Base):
    """So much of one work: as planned, as done; `yen`: for one unit, where it is known."""

    __tablename__ = "work_order_quantities"
    __table_args__ = (
        CheckConstraint("planned >= 0 AND actual >= 0 AND yen >= 0", name="sign"),
        Index("ix_work_order_quantities_item_id", "item_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("work_order_items.id", ondelete="CASCADE"))
    work: Mapped[str]
    unit: Mapped[str]
    planned: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    actual: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    yen: Mapped[int | None]


class OrderPhoto(Base):
    """A contractor's photo of what was done."""

    __tablename__ = "work_order_photos"
    __table_args__ = (Index("ix_work_order_photos_photo_id", "photo_id"),)

    item_id: Mapped[int] = mapped_column(
        ForeignKey("work_order_items.id", ondelete="CASCADE"), primary_key=True
    )
    photo_id: Mapped[int] = mapped_column(
        ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True
    )


class OrderMail(Base):
    """A mail of the outbox that tells a contractor of an order."""

    __tablename__ = "work_order_mails"
    __table_args__ = (Index("ix_work_order_mails_order_id", "order_id"),)

    mail_id: Mapped[int] = mapped_column(
        ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))


class OrderLink(Base):
    """A way to one order without an account; whoever has the token may work on it."""

    __tablename__ = "work_order_links"
    __table_args__ = (Index("ix_work_order_links_order_id", "order_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[str]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
