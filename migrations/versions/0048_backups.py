"""Backups that were made, and who was erased, for the list of that outside of the database."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0048"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
UNNOTED: Final = sa.text("noted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "backups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("copied", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_backups"),
    )
    op.create_table(
        "erasings",
        sa.Column("key", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("ids", JSONB(), nullable=False),
        sa.Column("noted_at", MOMENT),
        sa.CheckConstraint("what IN ('resident', 'reports', 'unsent')", name="what"),
        sa.PrimaryKeyConstraint("key", name="pk_erasings"),
    )
    op.create_index("ix_erasings_unnoted", "erasings", ["at"], postgresql_where=UNNOTED)


def downgrade() -> None:
    op.drop_table("erasings")
    op.drop_table("backups")
