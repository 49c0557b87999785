"""What is counted, as tables. No personal data stands in them; reports/stats alone writes them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from reports.stats.kinds import Kind
from store.base import Base

_KINDS: Final = ", ".join(f"'{kind}'" for kind in Kind)


class Fact(Base):
    """Something that counts, on one local day: kinds as of `reports.stats.kinds`. Those of a closed
    month never change nor go (a trigger sees to it, migration 0058).

    `key`: what tells it apart from others of its ticket, such as "fixed:0". `ticket_id`: also when
    the ticket is no more. Its dimensions are keys and names as they were then, "" for none.
    `minutes`: from receipt, or its age; `amount`: stars, or
    yen; `good`: kept, satisfied. `since`, `deadline`: of one that stands open, the day it came and
    its last day in time, where that does not stand still.
    """

    __tablename__ = "facts"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        Index("ix_facts_kind_day", "kind", "day", "id"),
        Index("ix_facts_day", "day"),
        Index("ix_facts_ticket", "ticket_id", "key", unique=True),
        Index("ix_facts_pushed", "key", postgresql_where=text("kind = 'pushed'")),
        Index("ix_facts_section", "section", "day", postgresql_where=text("section <> ''")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    day: Mapped[date]
    key: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[str] = mapped_column(server_default="")
    category: Mapped[str] = mapped_column(server_default="")
    department: Mapped[str] = mapped_column(server_default="")
    district: Mapped[str] = mapped_column(server_default="")
    town: Mapped[str] = mapped_column(server_default="")
    owner: Mapped[str] = mapped_column(server_default="")
    channel: Mapped[str] = mapped_column(server_default="")
    section: Mapped[str] = mapped_column(server_default="")
    minutes: Mapped[int | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    good: Mapped[bool | None]
    since: Mapped[date | None]
    deadline: Mapped[date | None]


class FactSum(Base):
    """Facts added up: of a day, of a month, of the twelve months up to a closed one, or of those
    that stand open at a month's end (`span`); `first`: that day, or the first of that month. Of all
    (`dimension` ""), or of those with a `value` of one or of several dimensions, as of
    `reports.stats.groups`. `sums`: as of `reports.stats.sums`."""

    __tablename__ = "fact_sums"
    __table_args__ = (CheckConstraint("span IN ('day', 'month', 'year', 'standing')", name="span"),)

    span: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    sums: Mapped[dict[str, Any]] = mapped_column(JSONB)


class FactMonth(Base):
    """A closed month, by its first day."""

    __tablename__ = "fact_months"

    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FactAdded(Base):
    """A month whose sums are whole: of its days and of what stood open at its end by cells, and of
    itself, `how`: by each dimension but sections ("open"), or by all, two together and of its year
    too ("closed").
    A trigger takes it back when sums of its days change (migration 0067)."""

    __tablename__ = "fact_added"
    __table_args__ = (CheckConstraint("how IN ('open', 'closed')", name="how"),)

    month: Mapped[date] = mapped_column(primary_key=True)
    how: Mapped[str]


class FactPushed(Base):
    """A push that is not counted yet: a trigger notes it when a message was sent (migration
    0067)."""

    __tablename__ = "fact_pushed"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime]


class FactWaiting(Base):
    """A ticket to be counted anew: something was written that its own row does not tell, or a day
    has come (a trigger notes the first, migration 0058)."""

    __tablename__ = "fact_waiting"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger)


class FactStale(Base):
    """A day whose sums are to be added up anew."""

    __tablename__ = "fact_stale"

    day: Mapped[date] = mapped_column(primary_key=True)


class FactState(Base):
    """One row. `moment`, `through`: what has been counted, as of `reports.tickets.changed`;
    `pass_after`: the ticket up to which all are being counted anew, NULL when that is done, and
    `pass_until` the last of them; `day`: up to which days have come; `pushed_at`: the latest push
    that was counted, which a process of the version before goes by; `waits_since`: when the
    first months began to wait for the sections of roads; `version`: another one with every change
    of sums (a trigger sees to it, migration 0067)."""

    __tablename__ = "fact_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[str | None]
    through: Mapped[str | None]
    pass_after: Mapped[int | None] = mapped_column(BigInteger, server_default=text("0"))
    pass_until: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    day: Mapped[date | None]
    pushed_at: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]
    version: Mapped[str | None]
