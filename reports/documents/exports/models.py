"""Lists that staff have asked for as a file that takes a while, and the files."""

from datetime import datetime
from typing import Any

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

from store.base import Base


class Export(Base):
    """A file for one person, whose page pressed `key`. Kept for a while.

    waiting → done | failed. `asked`: as `forms.Asked.to_json()` writes it; its tickets lie in
    `export_ids` until it is made (in `ids` where 0.16.0 asked for it). `done` of `total` tickets
    are in it, `bytes` are in the file. A trigger (migration 0022) deletes those with residents'
    words or photos when one of them is erased or takes something back.
    """

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        Index("ix_exports_key", "user_id", "key", unique=True),
        Index("ix_exports_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str]
    asked: Mapped[dict[str, Any]]
    ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    state: Mapped[str] = mapped_column(server_default="waiting")
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ExportIds(Base):
    """Ids of the file's tickets in the list's order: a piece, by its place from 0."""

    __tablename__ = "export_ids"

    export_id: Mapped[int] = mapped_column(
        ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class ExportChoice(Base):
    """The form and the columns by which one person saves, or by which a kept view is saved."""

    __tablename__ = "export_choices"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (view_id IS NULL)", name="of_one"),
        UniqueConstraint("user_id"),
        UniqueConstraint("view_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_views.id", ondelete="CASCADE"))
    form: Mapped[str]
    columns: Mapped[list[str]] = mapped_column(ARRAY(String))


class ExportPart(Base):
    """A piece of the file, by its place in it from 0."""

    __tablename__ = "export_parts"

    export_id: Mapped[int] = mapped_column(
        ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes]
