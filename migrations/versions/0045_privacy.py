"""What leaves tickets by itself leaves by parts, each in its time; what was cleared away is noted;
since when links of photos end.

Indexes are made beside those who write; whoever is cut off begins anew.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
MARKS: Final = ("words_gone_at", "originals_gone_at", "exif_gone_at")
_CLOSED: Final = "closed_at IS NOT NULL AND ({})"
_HAS: Final = "{0} IS NULL OR {0} < closed_at"
_WORDS: Final = (
    f"({_HAS.format('forgotten_at')}) AND (words_gone_at IS NULL OR words_gone_at < closed_at)"
)
INDEXES: Final = {
    "ix_tickets_with_words": ("tickets", "closed_at", _CLOSED.format(_WORDS)),
    "ix_tickets_with_originals": (
        "tickets", "closed_at", _CLOSED.format(_HAS.format("originals_gone_at"))
    ),
    "ix_tickets_with_exif": ("tickets", "closed_at", _CLOSED.format(_HAS.format("exif_gone_at"))),
    "ix_mails_created_at": ("mails", "created_at", None),
}  # fmt: skip


def _now() -> sa.TextClause:
    return sa.text("now()")


def upgrade() -> None:
    for mark in MARKS:
        op.add_column("tickets", sa.Column(mark, MOMENT), if_not_exists=True)
    op.add_column(
        "photo_store",
        sa.Column("links_end_since", MOMENT, server_default=_now(), nullable=False),
        if_not_exists=True,
    )
    nothing = sa.text("'{}'::jsonb")
    op.create_table(
        "clearings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="running", nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), server_default="", nullable=False),
        sa.Column("began_at", MOMENT, server_default=_now(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("keep", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("due", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("gone", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("key", sa.String()),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_clearings_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clearings"),
        sa.UniqueConstraint("key", name="uq_clearings_key"),
        if_not_exists=True,
    )
    op.execute("DROP TRIGGER IF EXISTS audit ON clearings")
    op.execute("SELECT audit_watch('clearings', 'clearing', 'id', '', 'keep,due,gone,key,by_name')")
    op.create_index(
        "ix_clearings_day", "clearings", ["day"], unique=True,
        postgresql_where=sa.text("day IS NOT NULL"), if_not_exists=True,
    )  # fmt: skip
    op.create_index(
        "ix_clearings_running", "clearings", ["state"],
        postgresql_where=sa.text("state = 'running'"), if_not_exists=True,
    )  # fmt: skip
    with op.get_context().autocommit_block():
        for name, (table, column, where) in INDEXES.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                [column],
                postgresql_where=sa.text(where) if where else None,
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("clearings")
    op.drop_column("photo_store", "links_end_since")
    for mark in MARKS:
        op.drop_column("tickets", mark)
