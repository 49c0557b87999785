"""A message knows who has it in hand, what may have been said already, and that LINE is away."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """The index is made beside those who write; where that was cut off, all of it is done anew."""
    for column in (
        sa.Column("claim", sa.Uuid()),
        sa.Column("unsure", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("drawings", sa.Integer(), server_default=sa.text("0"), nullable=False),
    ):
        op.add_column("messages", column, if_not_exists=True)
    with op.get_context().autocommit_block():
        name = "ix_messages_waits_for"
        op.drop_index(name, "messages", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            name,
            "messages",
            ["waits_for", "id"],
            postgresql_where=sa.text("state = 'waiting' AND waits_for IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_messages_waits_for", "messages")
    for column in ("claim", "unsure", "drawings"):
        op.drop_column("messages", column)
