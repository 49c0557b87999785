"""What a city brings of its own as tables: who works on what, kinds, templates, terms."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
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


class Contractor(Base):
    """A firm that works for the city by orders. `contract`: its kind and name (単価契約 …).

    `person`: whom to ask for. `mail_pdf`: mails about orders bring the PDF, not the link alone.
    `retired`: gets no new orders, and its people cannot sign in.
    """

    __tablename__ = "contractors"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    contract: Mapped[str] = mapped_column(server_default="")
    person: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    mail_pdf: Mapped[bool] = mapped_column(server_default=text("true"))
    note: Mapped[str] = mapped_column(server_default="")
    retired: Mapped[bool] = mapped_column(server_default=text("false"))
    edited_by: Mapped[str] = mapped_column(server_default="")


class CategoryRow(Base):
    """One category; `facts` holds what `reports.city.categories.Category` is made from."""

    __tablename__ = "categories"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class TemplateRow(Base):
    """What staff say often; `facts` holds what `reports.city.templates.Template` is made from."""

    __tablename__ = "templates"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class MaterialRow(Base):
    """What crews use; `facts` holds what `reports.city.materials.Material` is made from."""

    __tablename__ = "materials"

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    facts: Mapped[dict[str, Any]]


class TermsText(Base):
    """What happens to the data, in one language, as Markdown; staff edit it."""

    __tablename__ = "terms"

    language: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    edited_by: Mapped[str] = mapped_column(server_default="")
    edited_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CityVersion(Base):
    """One version of what the city says of itself ("facts", as in city.toml), of its categories,
    templates or materials (all of them in their order); the newest of a part is in use.

    `from_file`: loaded by `michi`; otherwise `made_by` has edited it in the browser.
    """

    __tablename__ = "city_versions"
    __table_args__ = (
        CheckConstraint("part IN ('categories', 'facts', 'templates', 'materials')", name="part"),
        Index("ix_city_versions_part", "part", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str]
    facts: Mapped[Any] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[str] = mapped_column(server_default="")
    from_file: Mapped[bool]
