"""A line of history names its writer by id; it keeps their name as it was then."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """In one statement, for then PostgreSQL knows the key to hold in an empty column, unread."""
    op.execute(
        "ALTER TABLE history ADD COLUMN actor_id integer"
        " CONSTRAINT fk_history_actor_id REFERENCES users (id) ON DELETE SET NULL"
    )


def downgrade() -> None:
    op.drop_column("history", "actor_id")
