"""Endpoints of other systems, and the calls to them, as tables."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


def _words() -> Mapped[list[str]]:
    return mapped_column(ARRAY(String), server_default=text("'{}'"))


class Webhook(Base):
    """A system that is told. Of `kinds` to `departments` none: all (`choice.Choice`).

    `secret`, `former_secret` are sealed; the former one signs as well until `former_ends_at`.
    `seen`: up to which public event its calls are written. `paused_at`: by staff; `off_at`: it
    answered 410. `failures` in a row, since `failing_since`; nothing is tried before `due_at`.
    `held_by`: who sends just now, until `held_until`.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    kinds: Mapped[list[str]] = _words()
    categories: Mapped[list[str]] = _words()
    states: Mapped[list[str]] = _words()
    towns: Mapped[list[str]] = _words()
    departments: Mapped[list[str]] = _words()
    with_page: Mapped[bool] = mapped_column(server_default=text("false"))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_ends_at: Mapped[datetime | None]
    seen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    paused_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    failing_since: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None]


class WebhookCall(Base):
    """One public event (`seq`) for one endpoint, or a test (none). `number`: of its ticket.

    `message_id` stays from try to try. `since`: from when it is tried; `status`: what was answered
    last, `error`: why not.
    """

    __tablename__ = "webhook_calls"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name="state"),
        Index(
            "ix_webhook_calls_waiting",
            "webhook_id",
            "number",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_webhook_calls_due",
            "webhook_id",
            "due_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_webhook_calls_last", "webhook_id", "id"),
        Index("ix_webhook_calls_dead", "webhook_id", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_webhook_calls_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    tried_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None]
