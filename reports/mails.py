"""Mails to departments and other authorities: a row each, written with the facts it tells of."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from reports.city_models import Department
from reports.models import Ticket
from store.base import Base
from store.tasks import later

Kind = Literal["forwarded", "told", "reminder", "daily"]


class Mail(Base):
    """One mail, sent once; `address` and `message_id` are fixed when it is written.

    forwarded: a ticket handed to another authority; told: a rule says that they be told; reminder:
    an authority that has not answered; daily: what is due at a department, once a `day`.
    waiting → sent | failed (`error` says why).
    """

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("kind IN ('forwarded', 'told', 'reminder', 'daily')", name="kind"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        Index(
            "ix_mails_daily",
            "department_id",
            "day",
            unique=True,
            postgresql_where=text("kind = 'daily'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    address: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    day: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    message_id: Mapped[str] = mapped_column(unique=True)
    error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


def tell(db: Session, ticket: Ticket, departments: Sequence[str], kind: Kind = "told") -> None:
    """A mail about this ticket to each of these (keys) that has an address."""
    wanted = select(Department).where(Department.key.in_(departments), Department.email != "")
    for department in db.scalars(wanted.order_by(Department.id)):
        mail_id = db.execute(
            insert(Mail)
            .values(
                kind=kind,
                ticket_id=ticket.id,
                department_id=department.id,
                address=department.email,
                message_id=secrets.token_hex(16),
            )
            .returning(Mail.id)
        ).scalar_one()
        later(db, "send_mail", mail_id=mail_id)


def forward(db: Session, ticket: Ticket) -> None:
    """The ticket goes to the authority that it is routed to; from now on it owes an answer."""
    department = db.get(Department, ticket.department_id) if ticket.department_id else None
    if department is None or department.inside:
        return
    ticket.silent_since = func.now()
    if department.tell_by == "email":
        tell(db, ticket, [department.key], "forwarded")
