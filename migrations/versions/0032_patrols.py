"""Patrols, the way they went, and what they found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WORDS = {"server_default": "", "nullable": False}
MOMENT = sa.DateTime(timezone=True)
RUNS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "patrols",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.String(), **WORDS)
            for name in ("members", "car", "weather", "routes", "remarks")
        ),
        sa.Column("meter_from", sa.Integer()),
        sa.Column("meter_to", sa.Integer()),
        sa.Column("km", sa.Float()),
        sa.Column("way_m", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.String(), **WORDS),
        sa.Column("way_gone_at", MOMENT),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('usual', 'night', 'regular', 'weather')", name=op.f("ck_patrols_kind")
        ),
        sa.CheckConstraint("ended_by IN ('', 'crew', 'clock')", name=op.f("ck_patrols_ended_by")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_patrols_department_id_departments"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_patrols_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_patrols"),
    )
    op.create_index("ix_patrols_key", "patrols", ["key"], unique=True)
    op.create_index("ix_patrols_running", "patrols", ["by_id"], unique=True, postgresql_where=RUNS)
    op.create_index("ix_patrols_signed_at", "patrols", ["signed_at"], postgresql_where=RUNS)
    op.create_index("ix_patrols_began_at", "patrols", ["began_at", "id"])
    op.create_index("ix_patrols_department_id", "patrols", ["department_id", "began_at", "id"])
    for what, which in (("way", "way_gone_at IS NULL"), ("names", "by_name <> ''")):
        op.create_index(
            f"ix_patrols_with_{what}", "patrols", ["began_at"], postgresql_where=sa.text(which)
        )
    op.create_table(
        "patrol_points",
        sa.Column("patrol_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["patrol_id"],
            ["patrols.id"],
            name="fk_patrol_points_patrol_id_patrols",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("patrol_id", "at", name="pk_patrol_points"),
    )
    op.create_table(
        "patrol_finds",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("patrol_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seen_again", sa.Boolean(), nullable=False),
        sa.Column("is_fixed", sa.Boolean(), nullable=False),
        sa.Column("done", sa.String(), **WORDS),
        sa.Column("told", sa.String(), **WORDS),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name="fk_patrol_finds_report_id_reports",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patrol_id"],
            ["patrols.id"],
            name="fk_patrol_finds_patrol_id_patrols",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name="pk_patrol_finds"),
    )
    op.create_index("ix_patrol_finds_patrol_id", "patrol_finds", ["patrol_id", "at", "report_id"])


def downgrade() -> None:
    for table in ("patrol_finds", "patrol_points", "patrols"):
        op.drop_table(table)
