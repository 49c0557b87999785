"""What is counted stands in tables of its own: facts of one day each, and their sums.

Facts of a closed month never change nor go, whoever tries. What of a ticket's history its own row
does not tell is noted by a trigger, so that it is also noted when a process of the version before
wrote it.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0058"
down_revision: str | None = "0057"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
KINDS: Final = (
    "'received', 'looked', 'made_safe', 'fixed', 'closed', 'merged', 'reopened', 'parted',"
    " 'rated', 'due', 'standing', 'pushed'"
)
FUNCTIONS: Final = {
    "michi_fact_stays": """
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                IF EXISTS (SELECT FROM fact_months) THEN
                    RAISE EXCEPTION 'facts of closed months stay';
                END IF;
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' AND EXISTS (
                SELECT FROM fact_months WHERE month = date_trunc('month', OLD.day)::date
            ) OR TG_OP <> 'DELETE' AND EXISTS (
                SELECT FROM fact_months WHERE month = date_trunc('month', NEW.day)::date
            ) THEN
                RAISE EXCEPTION 'facts of closed months stay';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END
    """,
    "michi_month_stays": """
        BEGIN
            RAISE EXCEPTION 'a closed month stays closed';
        END
    """,
    "michi_fact_waits": """
        BEGIN
            INSERT INTO fact_waiting (ticket_id) VALUES (NEW.ticket_id);
            RETURN NULL;
        END
    """,
}
TRIGGERS: Final = {
    "fact_stays": ("BEFORE INSERT OR UPDATE OR DELETE ON facts FOR EACH ROW", "michi_fact_stays"),
    "facts_stay": ("BEFORE TRUNCATE ON facts FOR EACH STATEMENT", "michi_fact_stays"),
    "month_stays": ("BEFORE UPDATE OR DELETE ON fact_months FOR EACH ROW", "michi_month_stays"),
    "fact_waits": (
        "AFTER INSERT ON history FOR EACH ROW WHEN (NEW.what = 'rated'"
        " OR NEW.to_status IS NULL AND NEW.actor IN ('staff', 'crew', 'contractor'))",
        "michi_fact_waits",
    ),
}


def upgrade() -> None:
    _facts()
    _how_they_are_kept()
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    for name, (when, function) in TRIGGERS.items():
        op.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_messages_pushed", "messages", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            "ix_messages_pushed",
            "messages",
            ["sent_at"],
            postgresql_where=sa.text("via = 'push'"),
            postgresql_concurrently=True,
        )


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        *(
            sa.Column(name, sa.String(), server_default="", nullable=False)
            for name in (
                "number", "category", "department", "district", "town", "owner", "channel",
                "section",
            )
        ),
        sa.Column("minutes", sa.Integer()),
        sa.Column("amount", sa.Numeric(12, 2)),
        sa.Column("good", sa.Boolean()),
        sa.Column("since", sa.Date()),
        sa.Column("deadline", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        if_not_exists=True,
    )  # fmt: skip
    _index("kind_day", ["kind", "day", "id"])
    _index("day", ["day"])
    _index("ticket", ["ticket_id", "key"], unique=True)


def _how_they_are_kept() -> None:
    op.create_table(
        "fact_sums",
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("sums", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("span", "dimension", "first", "value", name="pk_fact_sums"),
        sa.CheckConstraint("span IN ('day', 'month', 'standing')", name="span"),
        if_not_exists=True,
    )
    op.create_table(
        "fact_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_fact_months"),
        if_not_exists=True,
    )
    op.create_table(
        "fact_waiting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fact_waiting"),
        if_not_exists=True,
    )
    op.create_table(
        "fact_stale",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_fact_stale"),
        if_not_exists=True,
    )
    op.create_table(
        "fact_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.String()),
        sa.Column("pass_after", sa.BigInteger(), server_default=sa.text("0")),
        sa.Column("pass_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("pushed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_fact_state"),
        sa.CheckConstraint("id = 1", name="only_one"),
        if_not_exists=True,
    )


def _index(name: str, keys: Sequence[str], **how: bool) -> None:
    op.create_index(f"ix_facts_{name}", "facts", list(keys), if_not_exists=True, **how)


def downgrade() -> None:
    op.drop_index("ix_messages_pushed", "messages")
    for name, (when, _) in TRIGGERS.items():
        table = when.partition(" ON ")[2].partition(" ")[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("fact_state", "fact_stale", "fact_waiting", "fact_months", "fact_sums", "facts"):
        op.drop_table(table)
