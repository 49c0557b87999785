"""A photo knows how much of it never came."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("photos", sa.Column("missing", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("photos", "missing")
