"""Every loading of map data is a version; the one before is kept. Assets. Roads of several parts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    layers()
    op.execute(
        "ALTER TABLE roads ALTER COLUMN line TYPE geometry(MultiLineString, 4326)"
        " USING ST_Multi(line)"
    )
    op.add_column("roads", sa.Column("source_id", sa.String(), server_default="", nullable=False))
    layers_of_what_is_there()
    assets()
    kept()
    op.drop_constraint("fk_tickets_road_id", "tickets", type_="foreignkey")


def layers() -> None:
    op.create_table(
        "layers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("loaded_by", sa.String(), server_default="", nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "options",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("state", sa.String(), server_default="live", nullable=False),
        sa.CheckConstraint("state IN ('live', 'kept', 'gone')", name=op.f("ck_layers_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layers")),
    )
    op.create_index(
        "ix_layers_live",
        "layers",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("state = 'live'"),
    )


def layers_of_what_is_there() -> None:
    for table, kind in (("areas", "kind"), ("roads", "'road'")):
        op.add_column(table, sa.Column("layer_id", sa.Integer(), nullable=True))
        op.execute(
            f"INSERT INTO layers (kind, source, rows) SELECT {kind}, 'load-city', count(*)"
            f" FROM {table} GROUP BY 1 HAVING count(*) > 0"
        )
        op.execute(
            f"UPDATE {table} SET layer_id = layers.id FROM layers WHERE layers.kind = {table}.kind"
            if table == "areas"
            else "UPDATE roads SET layer_id = layers.id FROM layers WHERE layers.kind = 'road'"
        )
        op.alter_column(table, "layer_id", nullable=False)
        op.create_foreign_key(op.f(f"fk_{table}_layer_id"), table, "layers", ["layer_id"], ["id"])


def assets() -> None:
    op.create_geospatial_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", shape("POINT"), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["layer_id"], ["layers.id"], name=op.f("fk_assets_layer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    op.create_index("ix_assets_key", "assets", ["key"])
    op.create_index(
        "ix_assets_place_geography",
        "assets",
        [sa.literal_column("(place::geography)")],
        postgresql_using="gist",
    )


def kept() -> None:
    """The previous version's rows, as they were: no index, for nobody looks for a place in them."""
    words = {
        "areas_kept": ("kind", "key", "name", "name_en"),
        "roads_kept": ("ref", "name", "name_en", "owner", "road_class", "source_id"),
        "assets_kept": ("kind", "key", "name"),
    }
    shapes = {
        "areas_kept": sa.Column("shape", shape("MULTIPOLYGON"), nullable=False),
        "roads_kept": sa.Column("line", shape("MULTILINESTRING"), nullable=False),
        "assets_kept": sa.Column("place", shape("POINT"), nullable=False),
    }
    for table, names in words.items():
        op.create_geospatial_table(
            table,
            sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
            *(sa.Column(name, sa.String(), nullable=False) for name in names),
            *([sa.Column("tolerance_m", sa.Double())] if table == "roads_kept" else []),
            shapes[table],
            sa.Column("layer_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["layer_id"], ["layers.id"], name=op.f(f"fk_{table}_layer_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )


def shape(kind: str) -> Geometry:
    return Geometry(
        geometry_type=kind,
        srid=4326,
        dimension=2,
        spatial_index=False,
        from_text="ST_GeomFromEWKT",
        name="geometry",
        nullable=False,
    )


def downgrade() -> None:
    """A road of several parts becomes several roads; kept versions and assets are lost."""
    for table in ("areas_kept", "roads_kept", "assets_kept", "assets"):
        op.drop_geospatial_table(table)
    op.execute("UPDATE tickets SET road_id = NULL WHERE road_id NOT IN (SELECT id FROM roads)")
    op.create_foreign_key(
        "fk_tickets_road_id", "tickets", "roads", ["road_id"], ["id"], ondelete="SET NULL"
    )
    for table in ("areas", "roads"):
        op.drop_column(table, "layer_id")
    op.drop_column("roads", "source_id")
    op.drop_table("layers")
    names = "ref, name, name_en, owner, road_class, tolerance_m"
    op.execute(
        f"CREATE TEMP TABLE parts ON COMMIT DROP AS SELECT {names},"
        " ST_GeometryN(line, generate_series(2, ST_NumGeometries(line))) AS line FROM roads"
    )
    op.execute(
        "ALTER TABLE roads ALTER COLUMN line TYPE geometry(LineString, 4326)"
        " USING ST_GeometryN(line, 1)"
    )
    op.execute(f"INSERT INTO roads ({names}, line) SELECT {names}, line FROM parts")
