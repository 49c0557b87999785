"""Months have their own sums, by two conditions too, and each push is counted once.

`fact_added` says of which months they are whole: a trigger takes that back, with the sums of an
open month, when sums of a day are written, so that it is also taken back when a process of the
version before wrote them. A push is noted with the commit that says it was sent. Very many changes
are followed page by page. How long the first months have waited for the sections of roads is
written down.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0067"
down_revision: str | None = "0066"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
WIDER: Sequence[str] = ("ck_fact_sums_span",)

FOLLOWING: Final = ("fact_state", "again_state", "published_state")
"""They say how far they have come within very many changes."""
FUNCTIONS: Final = {
    "michi_sums_change": """
        BEGIN
            IF NOT EXISTS (SELECT FROM changed) THEN
                RETURN NULL;
            END IF;
            UPDATE fact_state SET version =
                concat(pg_current_xact_id(), '.', extract(epoch FROM clock_timestamp()));
            IF NOT EXISTS (SELECT FROM changed WHERE span IN ('day', 'standing')) THEN
                RETURN NULL;
            END IF;
            WITH gone AS (
                DELETE FROM fact_added WHERE how = 'open' AND month IN (
                    SELECT date_trunc('month', first)::date FROM changed
                    WHERE span IN ('day', 'standing'))
                RETURNING month)
            DELETE FROM fact_sums USING gone
            WHERE span = 'month' AND first = gone.month AND dimension = ANY(ARRAY[
                '', 'category', 'department', 'district', 'town', 'owner', 'channel']);
            RETURN NULL;
        END
    """,
    "michi_push_counts": """
        BEGIN
            INSERT INTO fact_pushed (message_id, sent_at)
            VALUES (NEW.id, coalesce(NEW.sent_at, now()));
            RETURN NULL;
        END
    """,
}
_IS_PUSHED: Final = "NEW.state = 'sent' AND NEW.via = 'push'"
TRIGGERS: Final = {
    "sums_come": (
        "AFTER INSERT ON fact_sums REFERENCING NEW TABLE AS changed FOR EACH STATEMENT",
        "michi_sums_change",
    ),
    "sums_go": (
        "AFTER DELETE ON fact_sums REFERENCING OLD TABLE AS changed FOR EACH STATEMENT",
        "michi_sums_change",
    ),
    "push_comes": (
        f"AFTER INSERT ON messages FOR EACH ROW WHEN ({_IS_PUSHED})",
        "michi_push_counts",
    ),
    "push_is_sent": (
        f"AFTER UPDATE OF state, via ON messages FOR EACH ROW WHEN ({_IS_PUSHED}"
        " AND (OLD.state <> NEW.state OR OLD.via IS DISTINCT FROM NEW.via))",
        "michi_push_counts",
    ),
}


def upgrade() -> None:
    op.create_table(
        "fact_added",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_fact_added"),
        sa.CheckConstraint("how IN ('open', 'closed')", name="how"),
        if_not_exists=True,
    )
    op.create_table(
        "fact_pushed",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fact_pushed"),
        if_not_exists=True,
    )
    for column in (
        sa.Column("waits_since", sa.DateTime(timezone=True)),
        sa.Column("version", sa.String()),
    ):
        op.add_column("fact_state", column, if_not_exists=True)
    for table in FOLLOWING:
        op.add_column(table, sa.Column("through", sa.String()), if_not_exists=True)
    _spans("'day', 'month', 'year', 'standing'")
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    for name, (when, function) in TRIGGERS.items():
        op.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
    with op.get_context().autocommit_block():
        op.execute(_SO_FAR)
        for name, keys, where in (
            ("ix_facts_pushed", ["key"], "kind = 'pushed'"),
            ("ix_facts_section", ["section", "day"], "section <> ''"),
        ):
            op.drop_index(name, "facts", if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                "facts",
                keys,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )


def _spans(which: str) -> None:
    op.drop_constraint(op.f("ck_fact_sums_span"), "fact_sums", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_fact_sums_span"), "fact_sums", f"span IN ({which})")


_SO_FAR: Final = """
    INSERT INTO fact_pushed (message_id, sent_at)
    SELECT id, sent_at FROM messages
    WHERE via = 'push' AND state = 'sent' AND sent_at > coalesce(
        (SELECT pushed_at - interval '1 day' FROM fact_state), '-infinity')
"""
"""Those that were not counted yet, and those around them, once the triggers note what comes and
let others write; none is counted twice."""


def downgrade() -> None:
    for name in ("ix_facts_section", "ix_facts_pushed"):
        op.drop_index(name, "facts")
    for name, (when, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {when.partition(' ON ')[2].partition(' ')[0]}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for column in ("waits_since", "version"):
        op.drop_column("fact_state", column)
    for table in FOLLOWING:
        op.drop_column(table, "through")
    op.drop_table("fact_pushed")
    op.drop_table("fact_added")
    op.execute("DELETE FROM fact_sums WHERE span = 'year'")
    _spans("'day', 'month', 'standing'")
    op.execute("DELETE FROM fact_sums WHERE dimension = 'cell' OR dimension LIKE '%+%'")
    op.execute(
        "DELETE FROM fact_sums WHERE span = 'month' AND first NOT IN (SELECT month FROM fact_months)"
    )
