"""Routing tables in versions, deadlines that pause, authorities told by mail, owners of assets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NOW = sa.text("now()")
JSONB = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)
EMPTY = {"server_default": "", "nullable": False}
OLD_RULE = """
    'order', r.position, 'category', r.category, 'owner', r.owner, 'district', r.district,
    'urgent', NULL, 'hours', NULL, 'department', d.key, 'deadline_days', NULL,
    'tell', '[]'::jsonb, 'not_ours', NULL, 'note', r.note
"""


def upgrade() -> None:
    rule_tables()
    departments()
    tickets()
    mails()
    for table in ("assets", "assets_kept"):
        op.add_column(table, sa.Column("owner", sa.String(), **EMPTY))
        op.create_check_constraint(
            op.f(f"ck_{table}_owner"),
            table,
            "owner IN ('', 'national', 'prefecture', 'city', 'other')",
        )


def rule_tables() -> None:
    op.create_table(
        "rule_tables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rules", JSONB, nullable=False),
        sa.Column("note", sa.String(), **EMPTY),
        sa.Column("made_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("made_by", sa.String(), **EMPTY),
        sa.Column("live_at", MOMENT),
        sa.Column("live_by", sa.String(), **EMPTY),
        sa.CheckConstraint(
            "state IN ('draft', 'live', 'past', 'dropped')", name=op.f("ck_rule_tables_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_tables")),
    )
    op.create_index(
        "ix_rule_tables_live",
        "rule_tables",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'live'"),
    )
    op.execute(
        "INSERT INTO rule_tables (state, rules, live_at)"
        f" SELECT 'live', jsonb_agg(jsonb_build_object({OLD_RULE}) ORDER BY r.position), now()"
        " FROM rules r JOIN departments d ON d.id = r.department_id HAVING count(*) > 0"
    )
    op.drop_table("rules")


def departments() -> None:
    op.add_column("departments", sa.Column("email", sa.String(), **EMPTY))
    op.add_column(
        "departments", sa.Column("tell_by", sa.String(), **{**EMPTY, "server_default": "list"})
    )
    op.add_column(
        "departments",
        sa.Column("silent_days", sa.Integer(), server_default=sa.text("10"), nullable=False),
    )
    op.add_column("departments", sa.Column("edited_by", sa.String(), **EMPTY))
    op.create_check_constraint(
        op.f("ck_departments_tell_by"), "departments", "tell_by IN ('email', 'list')"
    )


def tickets() -> None:
    op.add_column("tickets", sa.Column("rules_version", sa.Integer()))
    op.add_column("tickets", sa.Column("deadline_days", sa.Integer()))
    op.add_column("tickets", sa.Column("due_from", sa.Date()))
    op.add_column("tickets", sa.Column("long_overdue_on", sa.Date()))
    op.add_column("tickets", sa.Column("paused_at", MOMENT))
    op.add_column(
        "tickets",
        sa.Column("paused_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("tickets", sa.Column("silent_since", MOMENT))
    op.add_column(
        "tickets", sa.Column("passes", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_index(
        "ix_tickets_silent",
        "tickets",
        ["silent_since"],
        postgresql_where=sa.text("status = 'forwarded'"),
    )
    op.execute(
        "UPDATE tickets t SET silent_since = t.updated_at FROM departments d"
        " WHERE d.id = t.department_id AND NOT d.inside AND t.status = 'forwarded'"
    )
    op.execute(
        "UPDATE tickets t SET paused_at = updated_at"
        " WHERE status NOT IN ('fixed', 'declined', 'merged')"
        " AND (status IN ('forwarded', 'monitoring') OR asked_at IS NOT NULL OR EXISTS"
        " (SELECT FROM departments d WHERE d.id = t.department_id AND NOT d.inside))"
    )


def mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger()),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("facts", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), **EMPTY),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.CheckConstraint(
            "kind IN ('forwarded', 'told', 'reminder', 'daily')", name=op.f("ck_mails_kind")
        ),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_mails_state")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_mails_ticket_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_mails_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mails_message_id")),
    )
    op.create_index(op.f("ix_mails_ticket_id"), "mails", ["ticket_id"])
    op.create_index(
        "ix_mails_undelivered",
        "mails",
        ["ticket_id"],
        postgresql_where=sa.text("state = 'failed' AND sent_at IS NULL"),
    )
    op.create_index(
        "ix_mails_daily",
        "mails",
        ["department_id", "day"],
        unique=True,
        postgresql_where=sa.text("kind = 'daily'"),
    )


def downgrade() -> None:
    """The table in use becomes the rules again, those lines that rules could say; mails are lost.

    A line for some hours or for urgent tickets alone would otherwise decide for all.
    """
    for table in ("assets", "assets_kept"):
        op.drop_column(table, "owner")
    op.drop_table("mails")
    op.execute("DELETE FROM tasks WHERE name = 'send_mail'")
    op.drop_index("ix_tickets_silent", "tickets")
    for column in (
        "rules_version", "deadline_days", "due_from", "long_overdue_on", "paused_at",
        "paused_days", "silent_since", "passes",
    ):  # fmt: skip
        op.drop_column("tickets", column)
    for column in ("email", "tell_by", "silent_days", "edited_by"):
        op.drop_column("departments", column)
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String()),
        sa.Column("owner", sa.String()),
        sa.Column("district", sa.String()),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), **EMPTY),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_rules_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("position", name=op.f("uq_rules_position")),
    )
    op.execute(
        "INSERT INTO rules (position, category, owner, district, department_id, note)"
        " SELECT (r ->> 'order')::int, r ->> 'category', r ->> 'owner', r ->> 'district', d.id,"
        " coalesce(r ->> 'note', '') FROM rule_tables t, jsonb_array_elements(t.rules) AS r"
        " JOIN departments d ON d.key = r ->> 'department' WHERE t.state = 'live'"
        " AND r ->> 'urgent' IS NULL AND r ->> 'hours' IS NULL"
    )
    op.drop_table("rule_tables")
