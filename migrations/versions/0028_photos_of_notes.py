"""Photos of notes of staff; and an index for what somebody has not decided or ended yet.

Whoever is cut off begins anew; indexes are made beside those who write.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INDEXES: Final = {
    "ix_photos_note_id": ("photos", "note_id", "note_id IS NOT NULL"),
    "ix_bulk_runs_waiting": ("bulk_runs", "by_id", "state <> 'done'"),
}


def upgrade() -> None:
    op.execute("""
        ALTER TABLE photos ADD COLUMN IF NOT EXISTS note_id bigint
            CONSTRAINT fk_photos_note_id_notes REFERENCES notes (id)
    """)
    with op.get_context().autocommit_block():
        for name, (table, column, where) in INDEXES.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                [column],
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("photos", "note_id")
