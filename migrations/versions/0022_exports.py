"""Lists that staff have asked for as a file, and the files, for a day.

Those with residents' words or photos go at once when somebody's data is erased or taken back.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NONE_YET = {"server_default": sa.text("0"), "nullable": False}


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asked", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), **NONE_YET),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), **NONE_YET),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_exports_state")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_exports_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_key", "exports", ["user_id", "key"], unique=True)
    op.create_index("ix_exports_made_at", "exports", ["made_at"])
    op.create_table(
        "export_parts",
        sa.Column("export_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name="fk_export_parts_export_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "place", name="pk_export_parts"),
    )
    op.execute("""
        CREATE FUNCTION michi_forget_exports() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM exports
            WHERE asked ->> 'form' = 'pdf' OR asked -> 'columns' ?| array['words', 'hints'];
            RETURN NULL;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER forget_exports AFTER INSERT ON history FOR EACH ROW"
        " WHEN (NEW.what IN ('erased', 'unsent')) EXECUTE FUNCTION michi_forget_exports()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER forget_exports ON history")
    op.execute("DROP FUNCTION michi_forget_exports()")
    op.drop_table("export_parts")
    op.drop_table("exports")
