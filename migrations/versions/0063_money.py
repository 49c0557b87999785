"""Money: the book of what was spent, budgets, prices, and the file for the accounts.

Only tables are added. Budgets, prices and the file's columns are watched by the audit log; the
book follows what is watched already, and a trigger keeps its entries as they are.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0063"
down_revision: str | None = "0062"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
_WATCHED: Final = (
    ("budgets", "budget", "id"), ("cost_prices", "price", "of"), ("account_files", "accounts", "id"),
)  # fmt: skip


def upgrade() -> None:
    _spendings()
    op.create_table(
        "spending_state",
        sa.Column("id", sa.Integer(), nullable=False),
        _now("opened_at"),
        _now("booked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_spending_state"),
        sa.CheckConstraint("id = 1", name="only_one"),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        _words("name"),
        sa.Column("yen", sa.BigInteger(), nullable=False),
        _words("note"),
        _words("made_by"),
        _now("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.CheckConstraint("yen >= 0", name="yen"),
    )
    op.create_index("ix_budgets_fiscal_year", "budgets", ["fiscal_year", "covers", "id"])
    op.create_table(
        "cost_prices",
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("yen", sa.Integer(), nullable=False),
        _words("made_by"),
        _now("made_at"),
        sa.PrimaryKeyConstraint("fiscal_year", "of", name="pk_cost_prices"),
        sa.CheckConstraint("yen >= 0", name="yen"),
    )
    op.create_table(
        "account_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("encoding", sa.String(), server_default=sa.text("'utf-8'"), nullable=False),
        _words("made_by"),
        _now("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_account_files"),
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.CheckConstraint("encoding IN ('utf-8', 'cp932')", name="encoding"),
    )
    for table, thing, id_in in _WATCHED:
        op.execute(f"SELECT audit_watch('{table}', '{thing}', '{id_in}', '', 'made_at')")


def _spendings() -> None:
    op.create_table(
        "spendings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("own_day", sa.Date(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        *(_words(each) for each in ("category", "district", "road")),
        sa.Column("contractor_id", sa.Integer()),
        _words("firm"),
        sa.Column("order_id", sa.BigInteger()),
        *(_words(each) for each in ("order_number", "what", "unit")),
        sa.Column("quantity", sa.Numeric(14, 2), nullable=False),
        sa.Column("yen", sa.BigInteger(), nullable=False),
        _now("booked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_spendings"),
        sa.CheckConstraint("kind IN ('order', 'material', 'minutes')", name="kind"),
    )
    for column in ("day", "source", "fiscal_year"):
        op.create_index(f"ix_spendings_{column}", "spendings", [column])
    op.execute(
        "CREATE FUNCTION michi_spending_stays() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'entries of the book stay as they are'; END $$"
    )
    op.execute(
        "CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON spendings FOR EACH ROW"
        " EXECUTE FUNCTION michi_spending_stays()"
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=sa.text("now()"), nullable=False)


def downgrade() -> None:
    for table in ("account_files", "cost_prices", "budgets", "spending_state", "spendings"):
        op.drop_table(table)
    op.execute("DROP FUNCTION michi_spending_stays()")
