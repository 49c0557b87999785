"""The city's map as tables: areas as polygons, roads as centrelines, assets as points, EPSG:4326.

They hold what is in use. Beside each stands a table of the version before:
geo/gis_import/versions.py.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base
from store.geometry import Geometry

SAID_BY_NAME: Final = "kind IN ('crossing', 'landmark', 'town')"
"""Assets that people name in words; they are sought with every message, and few among thousands."""


class Layer(Base):
    """One loading of one kind of map data: city, neighbour, district, town, road or an asset's.

    Of each kind one layer is `live` and at most one `kept`; of those `gone` only this is left.
    """

    __tablename__ = "layers"
    __table_args__ = (
        CheckConstraint("state IN ('live', 'kept', 'gone')", name="state"),
        Index("ix_layers_live", "kind", unique=True, postgresql_where=text("state = 'live'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="")
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    loaded_by: Mapped[str] = mapped_column(server_default="")
    rows: Mapped[int] = mapped_column(server_default=text("0"))
    options: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    state: Mapped[str] = mapped_column(server_default="live")


class _AreaFacts:
    kind: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    shape: Mapped[str] = mapped_column(Geometry("MULTIPOLYGON"))
    layer_id: Mapped[int] = mapped_column(ForeignKey("layers.id"))


class Area(_AreaFacts, Base):
    """The city, its districts and towns, and the neighbours that a resident may stand in."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("kind IN ('city', 'district', 'town', 'neighbour')", name="kind"),
        Index("ix_areas_shape", "shape", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)


class KeptArea(_AreaFacts, Base):
    """An area of the version before, with the id that it had."""

    __tablename__ = "areas_kept"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class _RoadFacts:
    ref: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    owner: Mapped[str]
    road_class: Mapped[str]
    tolerance_m: Mapped[float | None]
    level: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    line: Mapped[str] = mapped_column(Geometry("MULTILINESTRING"))
    layer_id: Mapped[int] = mapped_column(ForeignKey("layers.id"))


class Road(_RoadFacts, Base):
    """One centreline; `owner` is who must repair it. Distances are taken on `geography`.

    `level`: above (bridges, 1) or below (tunnels, -1) the ground: where two of different levels
    cross, they do not meet. `source_id` is its id in the file that it came from. Its own id is
    never used again, so that a ticket's road_id means this road and no other, whatever is loaded
    later. Both its names are found as people write them (`michi_road_key`, migration 0038).
    """

    __tablename__ = "roads"
    __table_args__ = (
        CheckConstraint("owner IN ('national', 'prefecture', 'city', 'other')", name="owner"),
        Index("ix_roads_line_geography", text("(line::geography)"), postgresql_using="gist"),
        Index("ix_roads_line", "line", postgresql_using="gist"),
        *(
            Index(
                f"ix_roads_{column}_key",
                literal_column(f"michi_road_key({column})").label("key"),
                postgresql_ops={"key": "text_pattern_ops"},
                postgresql_where=text(f"{column} <> ''"),
            )
            for column in ("name", "ref")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(server_default="")


class KeptRoad(_RoadFacts, Base):
    """A road of the version before, with the id that it had."""

    __tablename__ = "roads_kept"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_id: Mapped[str]


_ASSET_OWNER = "owner IN ('', 'national', 'prefecture', 'city', 'other')"


class _AssetFacts:
    kind: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    place: Mapped[str] = mapped_column(Geometry("POINT"))
    owner: Mapped[str] = mapped_column(server_default="")
    layer_id: Mapped[int] = mapped_column(ForeignKey("layers.id"))


class Asset(_AssetFacts, Base):
    """A street light, a mirror, a crossing; `key` is its 管理番号, "" where it has none.

    `owner` is who must repair it, whatever road it stands at; "" where the file does not say.
    """

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint(_ASSET_OWNER, name="owner"),
        Index("ix_assets_key", "key"),
        Index("ix_assets_named", "kind", postgresql_where=text(SAID_BY_NAME)),
        Index("ix_assets_place_geography", text("(place::geography)"), postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)


class KeptAsset(_AssetFacts, Base):
    """An asset of the version before, with the id that it had."""

    __tablename__ = "assets_kept"
    __table_args__ = (CheckConstraint(_ASSET_OWNER, name="owner"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Address(Base):
    """A block of houses (街区) or a lot (地番) of a town, by which people say where they stand."""

    __tablename__ = "addresses"
    __table_args__ = (Index("ix_addresses_block", "block", "town"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    town: Mapped[str]
    block: Mapped[str]
    place: Mapped[str] = mapped_column(Geometry("POINT"))


class City(Base):
    """The one row that says whose installation this is: names, centre, telephone numbers."""

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facts: Mapped[dict[str, Any]]
