"""The book of what was spent reads what has changed, and what one person did is found by an index.

What an entry of the book follows from notes its ticket by triggers, so that it is also noted when a
process of the version before wrote it; NULL stands for all of them.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0064"
down_revision: str | None = "0063"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NOTE: Final = "INSERT INTO spending_waiting (ticket_id)"
_TICKET: Final = "coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'ticket_id'"
_OWN: Final = "coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> '{}'"
FUNCTIONS: Final = {
    "michi_spending_waits": f"{_NOTE} VALUES (({_TICKET})::bigint)",
    "michi_spendings_wait": f"{_NOTE} VALUES (NULL)",
    "michi_spending_of_ticket": f"{_NOTE} VALUES (NEW.id)",
    "michi_spending_of_order": (
        f"{_NOTE} SELECT ticket_id FROM work_order_items WHERE order_id = NEW.id"
    ),
    "michi_spending_of_line": (
        f"{_NOTE} SELECT ticket_id FROM work_order_items"
        f" WHERE id = ({_OWN.format('item_id')})::bigint"
    ),
    "michi_spending_of_work": (
        f"{_NOTE} SELECT ticket_id FROM works WHERE id = ({_OWN.format('work_id')})::bigint"
    ),
}
_ANY: Final = "AFTER INSERT OR UPDATE OR DELETE"


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{each} IS DISTINCT FROM NEW.{each}" for each in columns)


TRIGGERS: Final = {
    "works": (_ANY, "ROW", "michi_spending_waits"),
    "work_order_items": (_ANY, "ROW", "michi_spending_waits"),
    "used_materials": (_ANY, "ROW", "michi_spending_of_work"),
    "work_order_quantities": (_ANY, "ROW", "michi_spending_of_line"),
    "cost_prices": (_ANY, "STATEMENT", "michi_spendings_wait"),
    "work_orders": (
        "AFTER UPDATE",
        f"ROW WHEN ({_changed('serial', 'fiscal_year', 'contractor_id', 'issued_at', 'closed_at')})",
        "michi_spending_of_order",
    ),
    "tickets": (
        "AFTER UPDATE OF category, district, road_id",
        f"ROW WHEN ({_changed('category', 'district', 'road_id')})",
        "michi_spending_of_ticket",
    ),
}
"""By table: when, for each what, and which function."""


def upgrade() -> None:
    op.create_table(
        "spending_waiting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_spending_waiting"),
        if_not_exists=True,
    )
    op.add_column("spending_state", sa.Column("all_on", sa.Date()), if_not_exists=True)
    op.create_index("ix_spendings_ticket", "spendings", ["ticket_id"], if_not_exists=True)
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body}; RETURN NULL; END $$"
        )
    for table, (when, each, function) in TRIGGERS.items():
        op.execute(
            f"CREATE OR REPLACE TRIGGER spending_waits {when} ON {table} FOR EACH {each}"
            f" EXECUTE FUNCTION {function}()"
        )
    with op.get_context().autocommit_block():
        op.drop_index("ix_history_actor", "history", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_history_actor",
            "history",
            ["actor_id", "at"],
            postgresql_where=sa.text("actor_id IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_history_actor", "history")
    for table in TRIGGERS:
        op.execute(f"DROP TRIGGER spending_waits ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_spendings_ticket", "spendings")
    op.drop_column("spending_state", "all_on")
    op.drop_table("spending_waiting")
