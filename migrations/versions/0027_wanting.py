"""What wants attention comes first in the order of work: an index for each list.

They are made beside those who write; whoever is cut off begins anew.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN: Final = (
    "status IN ('forwarded', 'in_progress', 'inspecting', 'made_safe', 'monitoring', 'received',"
    " 'reopened', 'scheduled')"
)
WANTING: Final = (
    "((unread_since IS NOT NULL OR status = 'reopened' OR urgent AND status = 'received')::integer)"
)
OF_ONE: Final = (
    "(NOT urgent)",
    '(NOT why @> \'{"reason": "to_and_fro"}\'::jsonb)',
    "(coalesce(deadline, 'infinity'::date))",
    "id",
)
INDEXES: Final = {
    "ix_tickets_wanting": (WANTING, "(department_id IS NOT NULL)", *OF_ONE),
    "ix_tickets_wanting_of": (WANTING, "department_id", *OF_ONE),
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, keys in INDEXES.items():
            op.drop_index(name, "tickets", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                "tickets",
                [sa.text(key) for key in keys],
                postgresql_where=sa.text(OPEN),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "tickets")
