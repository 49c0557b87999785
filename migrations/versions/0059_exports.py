"""A list of a million tickets is kept as pieces of their ids until its file is made; the form and
the columns that somebody saves by stay with them, and with a view that is kept.

Only tables are added.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0059"
down_revision: str | None = "0058"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "export_ids",
        sa.Column("export_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name="fk_export_ids_export_id_exports",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("export_id", "place", name="pk_export_ids"),
        if_not_exists=True,
    )  # fmt: skip
    op.create_table(
        "export_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("view_id", sa.Integer()),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("columns", sa.ARRAY(sa.String()), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (view_id IS NULL)", name="of_one"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_export_choices_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name="fk_export_choices_view_id_saved_views",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_export_choices"),
        sa.UniqueConstraint("user_id", name="uq_export_choices_user_id"),
        sa.UniqueConstraint("view_id", name="uq_export_choices_view_id"),
        if_not_exists=True,
    )  # fmt: skip
    op.execute("DROP TRIGGER IF EXISTS audit ON export_choices")
    op.execute("SELECT audit_watch('export_choices', 'user', 'user_id')")


def downgrade() -> None:
    op.drop_table("export_choices")
    op.drop_table("export_ids")
