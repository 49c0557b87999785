"""Months of open data: their versions, with the files, which stay.

Only tables are added. Who asks for a month is watched by the audit log; the files are not.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
VERSIONS: Final = "open_data_versions"


def upgrade() -> None:
    nothing, none = sa.text("'{}'::jsonb"), sa.text("0")
    op.create_table(
        VERSIONS,
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("turn", sa.Date()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("key", sa.String()),
        sa.Column("done", sa.Integer(), server_default=none, nullable=False),
        sa.Column("total", sa.Integer(), server_default=none, nullable=False),
        sa.Column("figures", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("rule", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("note", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("digest", sa.String(), server_default="", nullable=False),
        sa.Column("asked_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("made_at", MOMENT),
        sa.CheckConstraint("state IN ('waiting', 'done', 'same', 'failed')", name="state"),
        sa.CheckConstraint("(state = 'done') = (version IS NOT NULL)", name="version"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_open_data_versions_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_open_data_versions"),
        if_not_exists=True,
    )
    for name, columns, where in (
        ("month", ["month", "version"], None),
        ("turn", ["month", "turn"], None),
        ("waiting", ["month"], "state = 'waiting'"),
        ("key", ["key"], None),
    ):
        op.create_index(
            f"ix_open_data_versions_{name}", VERSIONS, columns, unique=True,
            postgresql_where=sa.text(where) if where else None, if_not_exists=True,
        )  # fmt: skip
    op.create_table(
        "open_data_files",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            [f"{VERSIONS}.id"],
            name="fk_open_data_files_version_id_open_data_versions",
        ),
        sa.PrimaryKeyConstraint("version_id", "form", name="pk_open_data_files"),
        if_not_exists=True,
    )
    op.create_table(
        "open_data_parts",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            [f"{VERSIONS}.id"],
            name="fk_open_data_parts_version_id_open_data_versions",
        ),
        sa.PrimaryKeyConstraint("version_id", "form", "place", name="pk_open_data_parts"),
        if_not_exists=True,
    )
    op.execute(f"DROP TRIGGER IF EXISTS audit ON {VERSIONS}")
    op.execute(
        f"SELECT audit_watch('{VERSIONS}', 'open data', 'id', '',"
        " 'turn,done,total,figures,rule,note,key')"
    )


def downgrade() -> None:
    op.drop_table("open_data_parts")
    op.drop_table("open_data_files")
    op.drop_table(VERSIONS)
