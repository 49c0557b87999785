"""What each person does on a day, in the order that was packed for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "plan_stops",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day", "ticket_id", name="pk_plan_stops"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_plan_stops_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name="fk_plan_stops_ticket_id_tickets",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_plan_stops_day", "plan_stops", ["day"])


def downgrade() -> None:
    op.drop_table("plan_stops")
