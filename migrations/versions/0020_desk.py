"""Who of a department is in charge; how a report came; whom to ring back; where addresses are.

Reports of processes of the version before come over LINE, as the default says.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_CHANNELS: Final = "channel IN ('line', 'telephone', 'counter', 'mail', 'patrol')"


_INDEXES: Final = {
    "ix_tickets_assignee": ("tickets", ["assignee_id"], "assignee_id IS NOT NULL"),
    "ix_reports_otherwise": ("reports", ["channel", "ticket_id"], "channel <> 'line'"),
}


def upgrade() -> None:
    """Whoever is cut off begins anew; what is there is checked beside those who write."""
    op.execute("ALTER TABLE tickets ADD COLUMN IF NOT EXISTS assignee_id integer")
    op.execute("""
        ALTER TABLE tickets DROP CONSTRAINT IF EXISTS fk_tickets_assignee_id_users,
            ADD CONSTRAINT fk_tickets_assignee_id_users
            FOREIGN KEY (assignee_id) REFERENCES users (id) ON DELETE SET NULL NOT VALID
    """)
    op.execute("""
        ALTER TABLE reports ADD COLUMN IF NOT EXISTS channel varchar NOT NULL DEFAULT 'line'
    """)
    op.execute(f"""
        ALTER TABLE reports DROP CONSTRAINT IF EXISTS ck_reports_channel,
            ADD CONSTRAINT ck_reports_channel CHECK ({_CHANNELS}) NOT VALID
    """)
    op.create_table(
        "callers",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("call_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True)),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.Column("called_by", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_callers"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name="fk_callers_report_id_reports", ondelete="CASCADE"
        ),
        if_not_exists=True,
    )
    op.create_index(
        "ix_callers_due",
        "callers",
        ["due_since"],
        postgresql_where=sa.text("due_since IS NOT NULL"),
        if_not_exists=True,
    )
    op.execute("""
        CREATE TABLE IF NOT EXISTS addresses (
            id serial CONSTRAINT pk_addresses PRIMARY KEY, town varchar NOT NULL,
            block varchar NOT NULL, place geometry(POINT, 4326) NOT NULL)
    """)
    op.create_index("ix_addresses_block", "addresses", ["block", "town"], if_not_exists=True)

    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE tickets VALIDATE CONSTRAINT fk_tickets_assignee_id_users")
        op.execute("ALTER TABLE reports VALIDATE CONSTRAINT ck_reports_channel")
        for name, (table, keys, where) in _INDEXES.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                keys,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    op.drop_table("addresses")
    op.drop_table("callers")
    op.drop_column("reports", "channel")
    op.drop_column("tickets", "assignee_id")
