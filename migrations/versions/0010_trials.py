"""A trial of a routing table has a row, for it is done after the commit and a page waits for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT, NOW = sa.DateTime(timezone=True), sa.text("now()")
NONE_YET = {"server_default": sa.text("0"), "nullable": False}


def upgrade() -> None:
    op.create_table(
        "trial_runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), **NONE_YET),
        sa.Column("total", sa.Integer(), **NONE_YET),
        sa.Column("found", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("made_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_trial_runs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["rule_tables.id"], name=op.f("fk_trial_runs_table_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_runs")),
    )


def downgrade() -> None:
    op.drop_table("trial_runs")
