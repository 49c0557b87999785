"""A photo knows its place in its set; a place may be written; what we said can be quoted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("photos", sa.Column("set_first", sa.BigInteger(), nullable=True))
    op.add_column("photos", sa.Column("set_index", sa.SmallInteger(), nullable=True))
    op.add_column("messages", sa.Column("line_message_ids", sa.ARRAY(sa.String()), nullable=True))
    _sources("'line', 'exif', 'typed', 'staff', 'written'")


def downgrade() -> None:
    op.execute("UPDATE reports SET place_source = 'line' WHERE place_source = 'written'")
    _sources("'line', 'exif', 'typed', 'staff'")
    op.drop_column("messages", "line_message_ids")
    op.drop_column("photos", "set_index")
    op.drop_column("photos", "set_first")


def _sources(known: str) -> None:
    op.execute("ALTER TABLE reports DROP CONSTRAINT ck_reports_place_source")
    op.execute(
        "ALTER TABLE reports ADD CONSTRAINT ck_reports_place_source"
        f" CHECK (place_source IN ({known}))"
    )
