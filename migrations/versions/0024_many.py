"""What staff do to many tickets at once, one after another."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("act", sa.dialects.postgresql.JSONB()),
        sa.Column("state", sa.String(), server_default="chosen", nullable=False),
        sa.Column("undo_of", sa.BigInteger()),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_runs"),
        sa.UniqueConstraint("undo_of", name="uq_bulk_runs_undo_of"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_bulk_runs_by_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["undo_of"], ["bulk_runs.id"], name="fk_bulk_runs_undo_of_bulk_runs", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "state IN ('chosen', 'running', 'done')", name=op.f("ck_bulk_runs_state")
        ),
    )
    op.create_index("ix_bulk_runs_made_at", "bulk_runs", ["made_at"])
    op.create_table(
        "bulk_items",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("wrong", sa.String()),
        sa.Column("before", sa.dialects.postgresql.JSONB()),
        sa.PrimaryKeyConstraint("run_id", "place", name="pk_bulk_items"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_runs.id"], name="fk_bulk_items_run_id_bulk_runs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_bulk_items_ticket_id_tickets"
        ),
    )
    op.create_index(
        "ix_bulk_items_left",
        "bulk_items",
        ["run_id", "place"],
        postgresql_where=sa.text("NOT done"),
    )


def downgrade() -> None:
    op.drop_table("bulk_items")
    op.drop_table("bulk_runs")
