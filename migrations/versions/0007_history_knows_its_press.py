"""A line of history keeps the key of the press that it came from: the same press is done once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """The index is made beside those who write; where that was cut off, all of it is done anew."""
    op.add_column("history", sa.Column("key", sa.String()), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.drop_index("ix_history_key", "history", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_history_key",
            "history",
            ["ticket_id", "key"],
            unique=True,
            postgresql_where=sa.text("key IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_column("history", "key")
