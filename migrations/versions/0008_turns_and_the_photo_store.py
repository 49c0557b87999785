"""Tasks know whose they are, and who has them in hand; a photo store is known by its marker."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """The index is made beside those who write; where that was cut off, all of it is done anew."""
    op.add_column(
        "tasks",
        sa.Column("whose", sa.String(), server_default="", nullable=False),
        if_not_exists=True,
    )
    op.add_column("tasks", sa.Column("held_by", sa.String()), if_not_exists=True)
    op.add_column("tasks", sa.Column("begun_at", sa.DateTime(timezone=True)), if_not_exists=True)
    op.create_table(
        "photo_store",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("single", name=op.f("ck_photo_store_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_photo_store")),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        op.drop_index("ix_tasks_begun", "tasks", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_tasks_begun",
            "tasks",
            ["whose", "begun_at"],
            postgresql_where=sa.text("begun_at IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_table("photo_store")
    op.drop_column("tasks", "begun_at")
    op.drop_column("tasks", "held_by")
    op.drop_column("tasks", "whose")
