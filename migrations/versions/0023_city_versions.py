"""What a city says of itself and its categories, in versions.

What is there becomes the first version of each, as from a file.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "city_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("made_by", sa.String(), server_default="", nullable=False),
        sa.Column("from_file", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_city_versions"),
        sa.CheckConstraint("part IN ('categories', 'facts')", name=op.f("ck_city_versions_part")),
    )
    op.create_index("ix_city_versions_part", "city_versions", ["part", "id"])
    op.execute("""
        INSERT INTO city_versions (part, facts, from_file)
        SELECT 'categories', jsonb_agg(facts ORDER BY position, key), true FROM categories
        HAVING count(*) > 0
    """)
    op.execute("""
        INSERT INTO city_versions (part, facts, from_file) SELECT 'facts', facts, true FROM city
    """)


def downgrade() -> None:
    op.drop_table("city_versions")
