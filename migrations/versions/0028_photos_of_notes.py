"""Notes of staff carry photos; what one person leaves undecided is counted.

A photo of a note names its ticket as well, so that it is kept as long as that.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_bulk_runs_waiting", "bulk_runs", ["by_id"], postgresql_where=sa.text("state <> 'done'")
    )


def downgrade() -> None:
    op.drop_index("ix_bulk_runs_waiting", "bulk_runs")
