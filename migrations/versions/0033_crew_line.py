"""Crew members' own LINE accounts, and the one-time codes that link them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NOW = {"server_default": sa.text("now()"), "nullable": False}


def upgrade() -> None:
    op.create_table(
        "crew_links",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("line_user_id", sa.String(), nullable=False),
        sa.Column(
            "flow",
            sa.dialects.postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("linked_at", sa.DateTime(timezone=True), **_NOW),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_crew_links_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_crew_links"),
        sa.UniqueConstraint("line_user_id", name="uq_crew_links_line_user_id"),
    )
    op.create_table(
        "crew_link_codes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), **_NOW),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_crew_link_codes_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_crew_link_codes"),
    )
    op.create_index("ix_crew_link_codes_user_id", "crew_link_codes", ["user_id"])
    op.create_index("ix_crew_link_codes_code_hash", "crew_link_codes", ["code_hash"])
    op.create_table(
        "crew_link_tries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("line_user_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), **_NOW),
        sa.PrimaryKeyConstraint("id", name="pk_crew_link_tries"),
    )
    op.create_index("ix_crew_link_tries_who", "crew_link_tries", ["line_user_id", "at"])


def downgrade() -> None:
    op.drop_table("crew_link_tries")
    op.drop_table("crew_link_codes")
    op.drop_table("crew_links")
