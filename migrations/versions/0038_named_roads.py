"""Roads are found by their names as people write them; a choice of many tickets knows its press.

The indexes are made beside those who write; whoever is cut off begins anew.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEY: Final = r"""
    CREATE OR REPLACE FUNCTION michi_road_key(written varchar) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT regexp_replace(
            translate(
                regexp_replace(lower(normalize(written, NFKC)), '\s|第(?=\s*[0-9])', '', 'g'),
                'ヶがガヵ‐‑–—−ー', 'ケケケカ------'
            ),
            '(?<=[0-9])号?線|(?<=[0-9])号|(?<=通)り', '', 'g'
        )
    $$
"""
INDEXES: Final = {"ix_roads_name_key": "name", "ix_roads_ref_key": "ref"}


def upgrade() -> None:
    op.execute(KEY)
    op.add_column("bulk_runs", sa.Column("key", sa.String()))
    with op.get_context().autocommit_block():
        op.drop_index("ix_bulk_runs_key", "bulk_runs", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_bulk_runs_key",
            "bulk_runs",
            ["by_id", "key"],
            unique=True,
            postgresql_where=sa.text("key IS NOT NULL"),
            postgresql_concurrently=True,
        )
        for index, column in INDEXES.items():
            op.drop_index(index, "roads", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                index,
                "roads",
                [sa.text(f"michi_road_key({column}) text_pattern_ops")],
                postgresql_where=sa.text(f"{column} <> ''"),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for index in INDEXES:
        op.drop_index(index, "roads")
    op.drop_index("ix_bulk_runs_key", "bulk_runs")
    op.drop_column("bulk_runs", "key")
    op.execute("DROP FUNCTION michi_road_key(varchar)")
