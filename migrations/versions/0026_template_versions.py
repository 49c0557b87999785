"""The city's templates in versions too.

Those that are there become the first one, as from a file.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _parts("'categories', 'facts', 'templates'")
    op.execute("""
        INSERT INTO city_versions (part, facts, from_file)
        SELECT 'templates', coalesce(jsonb_agg(facts ORDER BY position, key), '[]'), true
        FROM templates
    """)


def downgrade() -> None:
    op.execute("DELETE FROM city_versions WHERE part = 'templates'")
    _parts("'categories', 'facts'")


def _parts(allowed: str) -> None:
    op.execute(f"""
        ALTER TABLE city_versions
            DROP CONSTRAINT ck_city_versions_part,
            ADD CONSTRAINT ck_city_versions_part CHECK (part IN ({allowed}))
    """)
