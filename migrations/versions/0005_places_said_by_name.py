"""Crossings, landmarks and towns are found among the assets without looking at every street light."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_assets_named",
        "assets",
        ["kind"],
        postgresql_where=sa.text("kind IN ('crossing', 'landmark', 'town')"),
    )


def downgrade() -> None:
    op.drop_index("ix_assets_named", table_name="assets")
