"""Residents from whom nothing is taken for a time; and who was stopped by a limit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("residents", sa.Column("paused_until", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_residents_paused",
        "residents",
        ["paused_until"],
        postgresql_where=sa.text("paused_until IS NOT NULL"),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(), server_default="", nullable=False),
        sa.Column("key", sa.String()),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_pauses_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
        sa.UniqueConstraint("key", name="uq_pauses_key"),
    )
    op.create_index("ix_pauses_person", "pauses", ["person"])
    op.create_index(
        "ix_pauses_on",
        "pauses",
        ["person"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_messages_limits",
        "messages",
        ["created_at"],
        postgresql_where=sa.text("""say @> '[{"say": "limit"}]'::jsonb"""),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_limits", table_name="messages")
    op.drop_table("pauses")
    op.drop_index("ix_residents_paused", table_name="residents")
    op.drop_column("residents", "paused_until")
