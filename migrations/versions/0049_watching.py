"""Each process has a row with what it has counted; what happens again and again has one with when
it did last; events, tasks and words keep by which trace they were written.

Only tables and columns are added: processes of the version before do not see them. A trace is that
of the transaction (michi.trace), where one is told.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
TRACED: Final = ("inbox", "tasks", "messages")
_OF_THE_TRANSACTION: Final = "nullif(current_setting('michi.trace', true), '')"


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "processes",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("began_at", MOMENT, server_default=now, nullable=False),
        sa.Column("noted_at", MOMENT, server_default=now, nullable=False),
        sa.Column("sums", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "host", "pid", name="pk_processes"),
        if_not_exists=True,
    )
    op.create_table(
        "signs",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", MOMENT, server_default=now, nullable=False),
        sa.Column("fine", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.PrimaryKeyConstraint("what", name="pk_signs"),
        if_not_exists=True,
    )
    for table in TRACED:
        op.add_column(
            table,
            sa.Column("trace", sa.String(), server_default=sa.text(_OF_THE_TRANSACTION)),
            if_not_exists=True,
        )


def downgrade() -> None:
    for table in TRACED:
        op.drop_column(table, "trace")
    op.drop_table("signs")
    op.drop_table("processes")
