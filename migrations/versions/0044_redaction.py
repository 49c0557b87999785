"""What is covered on a photo before others see it, the copy for them, and photos that are hidden."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0044"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE: Final = (
    "state IN ('waiting', 'stored', 'gone', 'broken', 'too_large', 'not_image', 'unfetched',"
    " 'removed')"
)
STATES: Final = BEFORE.replace("'stored',", "'stored', 'hidden',")


def upgrade() -> None:
    columns = (
        sa.Column("patches", JSONB()),
        sa.Column("redaction", sa.Integer(), server_default="0", nullable=False),
        sa.Column("public_large", sa.String()),
        sa.Column("public_small", sa.String()),
        sa.Column("public_at", sa.DateTime(timezone=True)),
        sa.Column("decision", sa.String()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
    )
    for column in columns:
        op.add_column("photos", column)
    op.create_check_constraint(
        "ck_photos_decision", "photos", "decision IN ('released', 'withheld')"
    )
    _states(STATES)


def downgrade() -> None:
    op.execute("UPDATE photos SET state = 'stored' WHERE state = 'hidden'")
    _states(BEFORE)
    op.drop_constraint("ck_photos_decision", "photos")
    for name in (
        "patches", "redaction", "public_large", "public_small", "public_at", "decision",
        "decided_at",
    ):  # fmt: skip
        op.drop_column("photos", name)


def _states(known: str) -> None:
    """Rows are looked at beside those who write, not while the table is locked."""
    op.drop_constraint("ck_photos_state", "photos")
    op.execute(f"ALTER TABLE photos ADD CONSTRAINT ck_photos_state CHECK ({known}) NOT VALID")
    op.execute("ALTER TABLE photos VALIDATE CONSTRAINT ck_photos_state")
