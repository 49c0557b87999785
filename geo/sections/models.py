"""Sections of roads as tables, EPSG:4326."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.geometry import Geometry


class RoadSection(Base):
    """A road from one crossing to the next, or some 150 to 300 m of it.

    `key` is the same as long as its ends, its course and its road's name are. `length_m`: on the
    ellipsoid. `in_use`: it is one of the map that is loaded; the others are kept, for numbers of
    closed months name them.
    """

    __tablename__ = "road_sections"
    __table_args__ = (
        Index("ix_road_sections_line", text("(line::geography)"), postgresql_using="gist"),
        Index("ix_road_sections_box", "line", postgresql_using="gist"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    road_name: Mapped[str]
    ref: Mapped[str]
    owner: Mapped[str]
    road_class: Mapped[str]
    town: Mapped[str]
    length_m: Mapped[float]
    line: Mapped[str] = mapped_column(Geometry("MULTILINESTRING"))
    in_use: Mapped[bool] = mapped_column(server_default=text("true"))


class SectionCut(Base):
    """The one row that says of which map the sections are: the ids of its `layers`."""

    __tablename__ = "section_cuts"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    layers: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    cut_at: Mapped[datetime] = mapped_column(server_default=func.now())
