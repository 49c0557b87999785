"""Roads have sections, tickets lie on them, and repairs that came back are kept.

Only tables are added, and a column of roads with a value of its own. A process of the version
before writes none of them; the clock follows what it has changed.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0062"
down_revision: str | None = "0061"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for table in ("roads", "roads_kept"):
        level = sa.Column("level", sa.SmallInteger(), server_default="0", nullable=False)
        op.add_column(table, level, if_not_exists=True)
    op.create_table(
        "road_sections",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("key", "name", "road_name", "ref", "owner", "road_class", "town")
        ),
        sa.Column("length_m", sa.Double(), nullable=False),
        sa.Column("line", Geometry("MULTILINESTRING", 4326, spatial_index=False), nullable=False),
        sa.Column("in_use", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_road_sections")),
    )
    for name, what in (("line", sa.text("(line::geography)")), ("box", "line")):
        op.create_index(
            f"ix_road_sections_{name}", "road_sections", [what], postgresql_using="gist"
        )
    op.create_table(
        "section_cuts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("layers", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column(
            "cut_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_section_cuts_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_cuts")),
    )
    _kept_of_tickets()


def _kept_of_tickets() -> None:
    op.create_table(
        "ticket_sections",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("section", sa.String()),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        _of_ticket("ticket_sections", "ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_sections")),
    )
    op.create_index("ix_ticket_sections_section", "ticket_sections", ["section", "day"])
    op.create_index("ix_ticket_sections_day", "ticket_sections", ["day", "section", "category"])
    _came_back()


def _came_back() -> None:
    op.create_table(
        "came_back",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("again_id", sa.BigInteger(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("metres", sa.Double(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("section", sa.String()),
        sa.Column("town", sa.String(), nullable=False),
        sa.CheckConstraint(
            "how IN ('place', 'section', 'reopened')", name=op.f("ck_came_back_how")
        ),
        _of_ticket("came_back", "first_id"),
        _of_ticket("came_back", "again_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_came_back")),
        sa.UniqueConstraint("again_id", "again_at", name=op.f("uq_came_back_again_id")),
    )
    op.create_index("ix_came_back_at", "came_back", ["again_at", "id"])
    op.create_index("ix_came_back_first", "came_back", ["first_id"])
    op.create_index("ix_came_back_section", "came_back", ["section", "again_at"])
    op.create_table(
        "again_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.String()),
        sa.Column("pass_after", sa.BigInteger(), server_default="0"),
        sa.Column("by", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_again_state_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_again_state")),
    )


def _of_ticket(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_tickets")
    return sa.ForeignKeyConstraint([column], ["tickets.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("again_state", "came_back", "ticket_sections", "section_cuts", "road_sections"):
        op.drop_table(table)
    for table in ("roads_kept", "roads"):
        op.drop_column(table, "level", if_exists=True)
