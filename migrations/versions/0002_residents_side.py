"""What a resident says is kept message by message; questions, ratings, merged tickets, terms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)
EMPTY = sa.text("'{}'::jsonb")


def upgrade() -> None:
    residents()
    tickets_and_reports()
    remarks()
    messages()
    new_tables()


def residents() -> None:
    facts = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("residents", sa.Column("question", facts, server_default=EMPTY, nullable=False))
    op.add_column("residents", sa.Column("profile_seen_at", MOMENT, nullable=True))
    op.add_column("residents", sa.Column("told_on", sa.Date(), nullable=True))
    op.add_column("followers", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("followers", sa.Column("confirmed_at", MOMENT, nullable=True))
    op.create_check_constraint(op.f("ck_followers_rating"), "followers", "rating BETWEEN 1 AND 5")
    op.create_index("ix_inbox_person", "inbox", ["person"])


def tickets_and_reports() -> None:
    op.add_column("tickets", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_tickets_merged_into_tickets"), "tickets", "tickets", ["merged_into"], ["id"]
    )
    op.create_index(op.f("ix_tickets_merged_into"), "tickets", ["merged_into"])
    op.add_column("tickets", sa.Column("asked_at", MOMENT, nullable=True))
    op.add_column("tickets", sa.Column("forgotten_at", MOMENT, nullable=True))
    op.create_index(
        "ix_tickets_unforgotten",
        "tickets",
        ["closed_at"],
        postgresql_where=sa.text("forgotten_at IS NULL OR forgotten_at < closed_at"),
    )
    op.create_index(
        "ix_history_report",
        "history",
        [sa.literal_column("((details ->> 'report_id')::bigint)")],
        postgresql_where=sa.text("details ? 'report_id'"),
    )
    for column in (
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("place_message_id", sa.String(), nullable=True),
        sa.Column("place_hint", sa.String(), server_default="", nullable=False),
        sa.Column("owner_said", sa.String(), nullable=True),
        sa.Column(
            "differs_from",
            sa.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
    ):
        op.add_column("reports", column)
    op.create_index(op.f("ix_reports_place_message_id"), "reports", ["place_message_id"])
    op.execute("ALTER TABLE reports ALTER COLUMN place DROP NOT NULL")
    op.execute("ALTER TABLE reports DROP CONSTRAINT ck_reports_place_source")
    op.execute(
        "ALTER TABLE reports ADD CONSTRAINT ck_reports_place_source"
        " CHECK (place_source IN ('line', 'exif', 'typed', 'staff'))"
    )


def remarks() -> None:
    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("line_message_id", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_remarks_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
        sa.UniqueConstraint("line_message_id", name=op.f("uq_remarks_line_message_id")),
    )
    op.create_index(op.f("ix_remarks_report_id"), "remarks", ["report_id"])
    op.execute(
        "INSERT INTO remarks (report_id, words, created_at)"
        " SELECT id, words, created_at FROM reports WHERE words <> ''"
    )
    op.drop_column("reports", "words")


def messages() -> None:
    op.execute("ALTER TABLE messages DROP CONSTRAINT ck_messages_state")
    op.execute(
        "ALTER TABLE messages ADD CONSTRAINT ck_messages_state CHECK"
        " (state IN ('waiting', 'sent', 'unknown', 'refused', 'held', 'gathered'))"
    )
    op.create_index(
        "ix_messages_held", "messages", ["recipient"], postgresql_where=sa.text("state = 'held'")
    )
    op.create_index(op.f("ix_messages_recipient"), "messages", ["recipient"])
    op.create_index(
        "ix_messages_erased",
        "messages",
        ["id"],
        postgresql_where=sa.text("""say @> '[{"say": "erased"}]'::jsonb"""),
    )


def new_tables() -> None:
    op.create_table(
        "unsent_messages",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("line_message_id", sa.String(), nullable=False),
        sa.Column("at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("person", "line_message_id", name=op.f("pk_unsent_messages")),
    )
    op.create_table(
        "line_quota",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("push_limit", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("looked_at", MOMENT, server_default=NOW, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_line_quota_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_quota")),
    )
    op.create_table(
        "terms",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("edited_by", sa.String(), server_default="", nullable=False),
        sa.Column("edited_at", MOMENT, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("language", name=op.f("pk_terms")),
    )


def downgrade() -> None:
    """Takes back the schema; of what it cannot hold the newer facts are lost."""
    for table in ("terms", "line_quota", "unsent_messages"):
        op.drop_table(table)
    op.drop_index("ix_messages_erased", table_name="messages")
    op.drop_index(op.f("ix_messages_recipient"), table_name="messages")
    op.drop_index("ix_messages_held", table_name="messages")
    op.execute("DELETE FROM messages WHERE state = 'gathered'")
    op.execute("ALTER TABLE messages DROP CONSTRAINT ck_messages_state")
    op.execute(
        "ALTER TABLE messages ADD CONSTRAINT ck_messages_state CHECK"
        " (state IN ('waiting', 'sent', 'unknown', 'refused', 'held'))"
    )
    op.execute("ALTER TABLE reports ADD COLUMN words varchar NOT NULL DEFAULT ''")
    op.execute(
        "UPDATE reports SET words = said.words FROM (SELECT report_id,"
        " string_agg(words, E'\\n' ORDER BY id) AS words FROM remarks GROUP BY report_id) AS said"
        " WHERE said.report_id = reports.id"
    )
    op.drop_table("remarks")
    op.execute(
        "UPDATE reports SET place = tickets.place FROM tickets"
        " WHERE tickets.id = reports.ticket_id AND reports.place IS NULL"
    )
    op.execute("ALTER TABLE reports ALTER COLUMN place SET NOT NULL")
    op.execute("UPDATE reports SET place_source = 'staff' WHERE place_source = 'typed'")
    op.execute("ALTER TABLE reports DROP CONSTRAINT ck_reports_place_source")
    op.execute(
        "ALTER TABLE reports ADD CONSTRAINT ck_reports_place_source"
        " CHECK (place_source IN ('line', 'exif', 'staff'))"
    )
    dropped = {
        "reports": (
            "urgent",
            "place_message_id",
            "place_hint",
            "owner_said",
            "differs_from",
            "withdrawn_at",
        ),
        "tickets": ("merged_into", "asked_at", "forgotten_at"),
        "followers": ("rating", "confirmed_at"),
        "residents": ("question", "profile_seen_at", "told_on"),
    }
    op.drop_index("ix_inbox_person", table_name="inbox")
    op.drop_index("ix_tickets_unforgotten", table_name="tickets")
    op.drop_index("ix_history_report", table_name="history")
    for table, columns in dropped.items():
        for column in columns:
            op.drop_column(table, column)
