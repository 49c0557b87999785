"""The routing table as a table: its versions, and their trials."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class RuleTable(Base):
    """One version of the routing table; its `id` is the version's number.

    draft (being tried) → live (one at a time) → past; or dropped. `rules`: the lines in their
    order, each as `Rule.to_json()` in choose.py writes it.
    """

    __tablename__ = "rule_tables"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'live', 'past', 'dropped')", name="state"),
        Index("ix_rule_tables_live", "state", unique=True, postgresql_where=text("state = 'live'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    rules: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[str] = mapped_column(server_default="")
    live_at: Mapped[datetime | None]
    live_by: Mapped[str] = mapped_column(server_default="")


class TrialRun(Base):
    """A version tried on the tickets received since a moment, as staff have asked for.

    waiting → running (a few at a time) → done | failed. `done` of `total` tickets are looked at;
    `found`: so far, as `reports.routing.trial.Trial.to_json()` writes it, and once done as `told()`
    says it. Kept for a day.
    """

    __tablename__ = "trial_runs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("rule_tables.id"))
    since: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="waiting")
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int] = mapped_column(server_default=text("0"))
    found: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
