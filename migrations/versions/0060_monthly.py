"""Monthly reports: their versions with the bytes, the words of staff, and who gets them by mail.

Tables are added, and mails may be of one kind more. Who has a report made, writes its words and
names its readers is watched by the audit log. When somebody's data is erased or taken back, the
bytes of the reports that show their photos go in the same commit; what they said and their hashes
stay.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0060"
down_revision: str | None = "0059"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
REPORTS: Final = "monthly_reports"
_BEFORE: Final = (
    "kind IN ('forwarded', 'told', 'reminder', 'daily', 'order_issued', 'order_changed',"
    " 'order_withdrawn')"
)
_NOW: Final = (
    "kind IN ('forwarded', 'told', 'reminder', 'daily', 'order_issued', 'order_changed',"
    " 'order_withdrawn', 'monthly')"
)
_WATCHED: Final = (
    (REPORTS, "monthly report", "id", "key,done,total,told,digest,tickets,photos"),
    ("monthly_words", "monthly words", "month", ""),
    ("monthly_readers", "monthly reader", "id", ""),
)
_EMPTY: Final = """
    CREATE OR REPLACE FUNCTION michi_empty_monthly_reports() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH emptied AS (
            UPDATE monthly_reports SET emptied_at = now()
            WHERE NEW.ticket_id = ANY(tickets) AND emptied_at IS NULL RETURNING id
        )
        DELETE FROM monthly_report_parts p USING emptied e WHERE p.report_id = e.id;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_mails_kind"), "mails", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_mails_kind"), "mails", _NOW)
    _reports()
    op.create_table(
        "monthly_report_parts",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            [f"{REPORTS}.id"],
            name="fk_monthly_report_parts_report_id_monthly_reports",
        ),
        sa.PrimaryKeyConstraint("report_id", "place", name="pk_monthly_report_parts"),
        if_not_exists=True,
    )
    op.create_table(
        "monthly_words",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), server_default="", nullable=False),
        _ids("tickets"),
        sa.Column("change", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("by", sa.String(), server_default="", nullable=False),
        sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_monthly_words"),
        if_not_exists=True,
    )
    op.create_table(
        "monthly_readers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("added_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_monthly_readers_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_monthly_readers"),
        sa.UniqueConstraint("user_id", "address", name="uq_monthly_readers_user_id_address"),
        if_not_exists=True,
    )
    op.execute(_EMPTY)
    op.execute(
        "CREATE OR REPLACE TRIGGER empty_monthly_reports AFTER INSERT ON history FOR EACH ROW"
        " WHEN (NEW.what IN ('erased', 'unsent')) EXECUTE FUNCTION michi_empty_monthly_reports()"
    )
    for table, thing, id_in, left_out in _WATCHED:
        op.execute(f"DROP TRIGGER IF EXISTS audit ON {table}")
        op.execute(f"SELECT audit_watch('{table}', '{thing}', '{id_in}', '', '{left_out}')")


def downgrade() -> None:
    op.execute("DROP TRIGGER empty_monthly_reports ON history")
    op.execute("DROP FUNCTION michi_empty_monthly_reports()")
    for table in ("monthly_readers", "monthly_words", "monthly_report_parts", REPORTS):
        op.drop_table(table)
    op.execute("DELETE FROM mails WHERE kind = 'monthly'")
    op.drop_constraint(op.f("ck_mails_kind"), "mails", type_="check")
    op.create_check_constraint(op.f("ck_mails_kind"), "mails", _BEFORE)


def _ids(name: str) -> sa.Column[list[int]]:
    empty = sa.text("'{}'")
    return sa.Column(name, sa.ARRAY(sa.BigInteger()), server_default=empty, nullable=False)


def _number(name: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind(), server_default=sa.text("0"), nullable=False)


def _is(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _reports() -> None:
    nothing = sa.text("'{}'::jsonb")
    op.create_table(
        REPORTS,
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("turn", sa.String()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("key", sa.String()),
        _is("mail"),
        _number("done"),
        _number("total"),
        sa.Column("told", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("digest", sa.String(), server_default="", nullable=False),
        _is("is_open"),
        _ids("tickets"),
        _ids("photos"),
        _number("bytes", sa.BigInteger),
        _number("pages"),
        sa.Column("sha256", sa.String(), server_default="", nullable=False),
        sa.Column("asked_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("made_at", MOMENT),
        sa.Column("emptied_at", MOMENT),
        sa.CheckConstraint("state IN ('waiting', 'done', 'same', 'failed')", name="state"),
        sa.CheckConstraint("(state = 'done') = (version IS NOT NULL)", name="version"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_monthly_reports_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_monthly_reports"),
        if_not_exists=True,
    )
    for name, columns, where in (
        ("month", ["month", "version"], None),
        ("turn", ["month", "turn"], "turn IN ('first', 'closed') AND state <> 'failed'"),
        ("waiting", ["month"], "state = 'waiting'"),
        ("key", ["key"], None),
    ):
        op.create_index(
            f"ix_{REPORTS}_{name}", REPORTS, columns, unique=True,
            postgresql_where=sa.text(where) if where else None, if_not_exists=True,
        )  # fmt: skip
