"""The city's map as tables: areas as polygons, roads as centrelines, all EPSG:4326."""

from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Area(Base):
    """The city, its districts and towns, and the neighbours that a resident may stand in."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("kind IN ('city', 'district', 'town', 'neighbour')", name="kind"),
        Index("ix_areas_shape", "shape", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    shape: Mapped[WKBElement] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )


class Road(Base):
    """One centreline; `owner` is who must repair it. Distances are taken on `geography`."""

    __tablename__ = "roads"
    __table_args__ = (
        CheckConstraint("owner IN ('national', 'prefecture', 'city', 'other')", name="owner"),
        Index("ix_roads_line_geography", text("(line::geography)"), postgresql_using="gist"),
        Index("ix_roads_line", "line", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    owner: Mapped[str]
    road_class: Mapped[str]
    tolerance_m: Mapped[float | None]
    line: Mapped[WKBElement] = mapped_column(Geometry("LINESTRING", srid=4326, spatial_index=False))


class City(Base):
    """The one row that says whose installation this is: names, centre, telephone numbers."""

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facts: Mapped[dict[str, Any]]
