"""An order knows which of residents' photos its contractor was given.

Only a column is added: a process of the version before leaves it empty, and then what was there
when the order was issued counts.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0056"
down_revision: str | None = "0055"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    column = sa.Column("shown", sa.ARRAY(sa.BigInteger()))
    op.add_column("work_order_items", column, if_not_exists=True)


def downgrade() -> None:
    op.drop_column("work_order_items", "shown", if_exists=True)
