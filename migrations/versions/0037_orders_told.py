"""Mails about work orders, what is left out of them, and the fields of their papers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OF_DEPARTMENTS = "kind IN ('forwarded', 'told', 'reminder', 'daily')"
_WITH_ORDERS = (
    "kind IN ('forwarded', 'told', 'reminder', 'daily', 'order_issued', 'order_changed',"
    " 'order_withdrawn')"
)


def upgrade() -> None:
    op.add_column(
        "contractors",
        sa.Column("mail_pdf", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("work_orders", sa.Column("start_on", sa.Date()))
    op.add_column(
        "work_orders", sa.Column("traffic", sa.String(), server_default="", nullable=False)
    )
    op.add_column(
        "work_order_items",
        sa.Column(
            "left_out",
            sa.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
    )
    op.add_column("work_order_items", sa.Column("moved_by", sa.BigInteger()))
    op.alter_column("mails", "department_id", nullable=True)
    op.drop_constraint(op.f("ck_mails_kind"), "mails", type_="check")
    op.create_check_constraint(op.f("ck_mails_kind"), "mails", _WITH_ORDERS)
    op.create_table(
        "work_order_mails",
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name="fk_work_order_mails_mail_id_mails", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["work_orders.id"],
            name="fk_work_order_mails_order_id_work_orders",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mail_id", name="pk_work_order_mails"),
    )
    op.create_index("ix_work_order_mails_order_id", "work_order_mails", ["order_id"])


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE department_id IS NULL OR kind LIKE 'order\\_%'")
    op.drop_table("work_order_mails")
    op.drop_constraint(op.f("ck_mails_kind"), "mails", type_="check")
    op.create_check_constraint(op.f("ck_mails_kind"), "mails", _OF_DEPARTMENTS)
    op.alter_column("mails", "department_id", nullable=False)
    op.drop_column("work_order_items", "moved_by")
    op.drop_column("work_order_items", "left_out")
    op.drop_column("work_orders", "traffic")
    op.drop_column("work_orders", "start_on")
    op.drop_column("contractors", "mail_pdf")
