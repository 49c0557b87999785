"""What a crew's work found the ticket as, to be taken back for a minute; our name in LINE."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("works", sa.Column("undo", JSONB(), nullable=True))
    op.add_column("line_quota", sa.Column("basic_id", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("line_quota", "basic_id")
    op.drop_column("works", "undo")
