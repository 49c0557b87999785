"""Lists of what is to be thrown away, and the book of what was, as tables."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class DiscardList(Base):
    """廃棄予定一覧: what was due on a `day`, as it was shown: proposed → approved → done, or
    withdrawn; failed: what is left of it waits for whoever goes on with it.

    `fiscal_year`, `serial`: its number. `digest`: SHA-256 (hex) of its lines, which whoever
    approves has seen. `total` tickets are to go, of which `gone` have gone and `left_over` were
    left. `key`: of the press that proposed it.
    """

    __tablename__ = "discard_lists"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'withdrawn', 'approved', 'done', 'failed')", name="state"
        ),
        Index("ix_discard_lists_number", "fiscal_year", "serial", unique=True),
        Index(
            "ix_discard_lists_open",
            text("(true)"),
            unique=True,
            postgresql_where=text("state IN ('proposed', 'approved', 'failed')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default="proposed")
    fiscal_year: Mapped[int]
    serial: Mapped[int]
    day: Mapped[date]
    digest: Mapped[str]
    total: Mapped[int]
    gone: Mapped[int] = mapped_column(server_default=text("0"))
    left_over: Mapped[int] = mapped_column(server_default=text("0"))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    proposer: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    approver: Mapped[str] = mapped_column(server_default="")
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    key: Mapped[str | None] = mapped_column(unique=True)

    @property
    def number(self) -> str:
        """2030-1."""
        return f"{self.fiscal_year}-{self.serial}"


class DiscardItem(Base):
    """One ticket of a list: what was shown of it when the list was proposed, which never changes.

    `state`: listed → gone, or left because of `why`; held: it was not to go (`why`). `root_id`: of
    the ticket that goes on, for those that were put together; `kind`: its name then; `closed_on`,
    `due_on`: the local days on which it ended and since when it is due.
    """

    __tablename__ = "discard_items"
    __table_args__ = (
        CheckConstraint("state IN ('listed', 'gone', 'left', 'held')", name="state"),
        Index(
            "ix_discard_items_listed",
            "list_id",
            "place",
            postgresql_where=text("state = 'listed'"),
        ),
        Index("ix_discard_items_number", "number"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("discard_lists.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)
    root_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str]
    category: Mapped[str]
    kind: Mapped[str]
    closed_on: Mapped[date]
    years: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="listed")
    why: Mapped[str] = mapped_column(server_default="")


class Discarded(Base):
    """廃棄簿: a ticket that was thrown away: number, kind, in which fiscal year it had ended, when
    and by whose approval it went. Only added to (a trigger sees to it, migration 0066); nobody's
    data but the name of who approved."""

    __tablename__ = "discarded"
    __table_args__ = (Index("ix_discarded_at", "at", "number"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str]
    kind: Mapped[str]
    closed_year: Mapped[int]
    at: Mapped[datetime]
    approved_by: Mapped[int | None]
    approver: Mapped[str]
    list_number: Mapped[str]
