"""What a city brings of its own as tables: who works on what, kinds of problems, rules, terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Department(Base):
    """Who works on a ticket: a department of the city (`inside`), or another authority.

    `tell_by`: how an authority is told, by "email" or from a "list" to copy. After `silent_days`
    business days without a word from it the ticket is on the list of those to be asked again.
    `edited_by`: who changed it in the browser; from then on no file overwrites it.
    """

    __tablename__ = "departments"
    __table_args__ = (CheckConstraint("tell_by IN ('email', 'list')", name="tell_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    inside: Mapped[bool]
    phone: Mapped[str]
    contact: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str | None]
    email: Mapped[str] = mapped_column(server_default="")
    tell_by: Mapped[str] = mapped_column(server_default="list")
    silent_days: Mapped[int] = mapped_column(server_default=text("10"))
    edited_by: Mapped[str] = mapped_column(server_default="")


class CategoryRow(Base):
    """One category; `facts` holds what `reports.categories.Category` is made from."""

    __tablename__ = "categories"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class RuleTable(Base):
    """One version of the routing table; its `id` is the version's number.

    draft (being tried) → live (one at a time) → past; or dropped. `rules`: the lines in their
    order, each as `reports.routing.Rule.facts()` writes it.
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


class OutsideCount(Base):
    """All that is kept of a place outside the city: how many, on which day, in whose area."""

    __tablename__ = "outside_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    neighbour: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


class TermsText(Base):
    """What happens to the data, in one language, as Markdown; staff edit it."""

    __tablename__ = "terms"

    language: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    edited_by: Mapped[str] = mapped_column(server_default="")
    edited_at: Mapped[datetime] = mapped_column(server_default=func.now())
