"""What is covered on a photo before others see it, the copy for them, and photos that are hidden."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE: Final = (
    "state IN ('waiting', 'stored', 'gone', 'broken', 'too_large', 'not_image', 'unfetched',"
    " 'removed')"
)
STATES: Final = BEFORE.replace("'stored',", "'stored', 'hidden',")
DECISIONS: Final = "decision IN ('released', 'withheld')"
COLUMNS: Final = (
    "patches", "redaction", "public_large", "public_small", "public_at", "decision", "decided_at",
)  # fmt: skip


def upgrade() -> None:
    """Whoever is cut off begins anew; rows are looked at beside those who write."""
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
        op.add_column("photos", column, if_not_exists=True)
    _check({"ck_photos_decision": DECISIONS, "ck_photos_state": STATES})


def downgrade() -> None:
    op.execute("UPDATE photos SET state = 'stored' WHERE state = 'hidden'")
    op.execute("ALTER TABLE photos DROP CONSTRAINT IF EXISTS ck_photos_decision")
    for name in COLUMNS:
        op.drop_column("photos", name, if_exists=True)
    _check({"ck_photos_state": BEFORE})


def _check(all: dict[str, str]) -> None:
    for name, known in all.items():
        op.execute(f"ALTER TABLE photos DROP CONSTRAINT IF EXISTS {name}")
        op.execute(f"ALTER TABLE photos ADD CONSTRAINT {name} CHECK ({known}) NOT VALID")
    with op.get_context().autocommit_block():
        for name in all:
            op.execute(f"ALTER TABLE photos VALIDATE CONSTRAINT {name}")
