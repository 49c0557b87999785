"""The routing table as a table: its versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, func, text
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
