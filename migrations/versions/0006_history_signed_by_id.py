"""A line of history names its writer by id; it keeps their name as it was then."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("history", sa.Column("actor_id", sa.Integer()))
    op.create_foreign_key(
        op.f("fk_history_actor_id"), "history", "users", ["actor_id"], ["id"], ondelete="SET NULL"
    )


def downgrade() -> None:
    op.drop_column("history", "actor_id")
