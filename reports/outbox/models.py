"""Words to say to residents as tables, what was taken back, and what LINE lets us push."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from reports.tickets.models import Caller
from store.base import OF_THE_TRANSACTION, Base

SAYS_ERASED = """say @> '[{"say": "erased"}]'::jsonb"""
SAYS_LIMIT = """say @> '[{"say": "limit"}]'::jsonb"""
LIVE = "(reply_token IS NOT NULL AND reply_until > now())"
"""SQL over `messages`: it can be said for nothing, and twice is not possible."""


def _now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())


class Message(Base):
    """Words to say to a person: what (`say`), and how far it came (`state`).

    waiting → sent (`via` reply or push) | refused (LINE will not take it) | held (not to be pushed:
    the month's pushes are used up, the person has blocked us, or it is worth none) → gathered (said
    within other words to the same person). Versions before also wrote unknown (may have arrived).
    `say` is language-free and drawn at the moment of sending; `contents` is the drawn form of a
    push, kept while it may have arrived because a retry key stands for one body.

    `claim`: who has it in hand until `due_at`. A try is counted right before LINE hears of it:
    `reply_attempts` and `pushed_first_at` tell that it may have arrived, until it surely has not;
    `unsure`, that it is said once more after that. `drawings`: how often it could not be drawn.
    `line_message_ids`: by which LINE names what was said, as somebody may quote it.
    `waits_for`: "ticket:7" and the like, or LINE itself while that is away ("line:push"); for
    "undo:5" it waits alone until it is due, as what it tells may still be taken back.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'sent', 'unknown', 'refused', 'held', 'gathered')", name="state"
        ),
        Index("ix_messages_held", "recipient", postgresql_where=text("state = 'held'")),
        Index("ix_messages_erased", "id", postgresql_where=text(SAYS_ERASED)),
        Index("ix_messages_limits", "created_at", postgresql_where=text(SAYS_LIMIT)),
        Index("ix_messages_pushed", "sent_at", postgresql_where=text("via = 'push'")),
        Index("ix_messages_due", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_messages_order", "recipient", "id", postgresql_where=text("state = 'waiting'")),
        Index(
            "ix_messages_waits_for",
            "waits_for",
            "id",
            postgresql_where=text("state = 'waiting' AND waits_for IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    recipient: Mapped[str] = mapped_column(index=True)
    event_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    say: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(server_default="waiting")
    due_at: Mapped[datetime] = _now()
    claim: Mapped[UUID | None]
    waits_for: Mapped[str | None]
    reply_token: Mapped[str | None]
    reply_until: Mapped[datetime | None]
    reply_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    push_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    pushed_first_at: Mapped[datetime | None]
    unsure: Mapped[bool] = mapped_column(server_default=text("false"))
    drawings: Mapped[int] = mapped_column(server_default=text("0"))
    retry_key: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    contents: Mapped[list[Any] | None]
    via: Mapped[str | None]
    line_request_id: Mapped[str | None]
    line_message_ids: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    error: Mapped[str | None]
    created_at: Mapped[datetime] = _now()
    sent_at: Mapped[datetime | None]
    trace: Mapped[str | None] = mapped_column(server_default=OF_THE_TRANSACTION)


class UnsentMessage(Base):
    """A message that was taken back; should its event be heard only now, nothing is kept of it."""

    __tablename__ = "unsent_messages"

    person: Mapped[str] = mapped_column(primary_key=True)
    line_message_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = _now()


class LineQuota(Base):
    """One row: how many pushes LINE allows this month (NULL: no limit), and how many are used.

    `basic_id`: as LINE names our account to people ("@michi").
    """

    __tablename__ = "line_quota"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    push_limit: Mapped[int | None]
    used: Mapped[int]
    looked_at: Mapped[datetime] = _now()
    basic_id: Mapped[str | None]


class Mail(Base):
    """One mail, sent once; `address` and `message_id` are fixed when it is written.

    forwarded: a ticket handed to another authority; told: a rule says that they be told, it was
    handed to them, or is theirs and urgent; reminder: an authority that has not answered; daily:
    what is due at a department, once a `day`; order_…: of a work order, to its contractor, with no
    department; monthly: a month's report, to somebody with an account.
    waiting → sent | failed (`error` says why). `sent_at`: since when they know; of a failed one,
    since staff have told them in another way.
    """

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('forwarded', 'told', 'reminder', 'daily', 'order_issued', 'order_changed',"
            " 'order_withdrawn', 'monthly')",
            name="kind",
        ),
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        Index(
            "ix_mails_daily",
            "department_id",
            "day",
            unique=True,
            postgresql_where=text("kind = 'daily'"),
        ),
        Index(
            "ix_mails_undelivered",
            "ticket_id",
            postgresql_where=text("state = 'failed' AND sent_at IS NULL"),
        ),
        Index("ix_mails_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    address: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    day: Mapped[date | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    message_id: Mapped[str] = mapped_column(unique=True)
    error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]


class AnswerMail(Base):
    """A mail to whoever handed in a report with an address: what became of it, by the line of
    history that says so. Where it goes stands with the caller alone, and goes with them.

    waiting → sent | failed (`error` says why), and staff are to tell them.
    """

    __tablename__ = "answer_mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        UniqueConstraint("report_id", "history_id"),
        Index("ix_answer_mails_history_id", "history_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey(Caller.report_id, ondelete="CASCADE"))
    history_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default="waiting")
    message_id: Mapped[str] = mapped_column(unique=True)
    error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = _now()
    sent_at: Mapped[datetime | None]
