"""What crews did and used, and the city's list of materials, which is in versions too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "materials",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
    )
    _works()
    op.create_table(
        "used_materials",
        sa.Column("work_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("material", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(8, 2), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], ondelete="CASCADE"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )
    _parts("'categories', 'facts', 'templates', 'materials'")
    op.execute("""
        INSERT INTO city_versions (part, facts, from_file) VALUES ('materials', '[]', true)
    """)


def downgrade() -> None:
    op.execute("DELETE FROM city_versions WHERE part = 'materials'")
    _parts("'categories', 'facts', 'templates'")
    for table in ("used_materials", "works", "materials"):
        op.drop_table(table)


def _works() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("history_id", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("minutes", sa.SmallInteger()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("department_id", sa.Integer()),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sa.ForeignKeyConstraint(["history_id"], ["history.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"]),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
    )
    op.create_index("ix_works_ticket_id", "works", ["ticket_id"])
    op.create_index("ix_works_created_at", "works", ["created_at"])


def _parts(allowed: str) -> None:
    op.execute(f"""
        ALTER TABLE city_versions
            DROP CONSTRAINT ck_city_versions_part,
            ADD CONSTRAINT ck_city_versions_part CHECK (part IN ({allowed}))
    """)
