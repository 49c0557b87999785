"""What a city brings of its own as tables: who works on what, kinds of problems, rules, terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Department(Base):
    """Who works on a ticket: a department of the city (`inside`), or another authority."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    inside: Mapped[bool]
    phone: Mapped[str]
    contact: Mapped[str] = mapped_column(server_default="")
    url: Mapped[str | None]


class CategoryRow(Base):
    """One category; `facts` holds what `reports.categories.Category` is made from."""

    __tablename__ = "categories"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class RuleRow(Base):
    """One line of the routing table, read in order of `position`; NULL means any."""

    __tablename__ = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    category: Mapped[str | None]
    owner: Mapped[str | None]
    district: Mapped[str | None]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    note: Mapped[str] = mapped_column(server_default="")


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
