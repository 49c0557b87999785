"""Reports come from other programs, and who handed one in with an address reads there what becomes
of it."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WIDER: Sequence[str] = ("ck_reports_channel",)
_CHANNELS_BEFORE: Final = "channel IN ('line', 'telephone', 'counter', 'mail', 'patrol')"
_CHANNELS: Final = "channel IN ('line', 'telephone', 'counter', 'mail', 'patrol', 'open311')"
_WATCHED_BEFORE: Final = "'report', 'report_id', 'name,phone'"
_WATCHED: Final = "'report', 'report_id', 'name,phone,email'"


def upgrade() -> None:
    """Whoever is cut off begins anew; what is there is checked beside those who write."""
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "callers",
        sa.Column("email", sa.String(), server_default="", nullable=False),
        if_not_exists=True,
    )
    _watch(_WATCHED)
    op.create_table(
        "answer_mails",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("history_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", moment),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["callers.report_id"],
            name="fk_answer_mails_report_id_callers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer_mails"),
        sa.UniqueConstraint("message_id", name="uq_answer_mails_message_id"),
        sa.UniqueConstraint("report_id", "history_id", name="uq_answer_mails_report_id_history_id"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_answer_mails_history_id", "answer_mails", ["history_id"], if_not_exists=True
    )
    _channels(_CHANNELS)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE reports VALIDATE CONSTRAINT ck_reports_channel")


def downgrade() -> None:
    """What came from other programs came by mail, as far as the version before knows."""
    op.execute("UPDATE reports SET channel = 'mail' WHERE channel = 'open311'")
    _channels(_CHANNELS_BEFORE)
    op.execute("ALTER TABLE reports VALIDATE CONSTRAINT ck_reports_channel")
    op.drop_table("answer_mails")
    _watch(_WATCHED_BEFORE)
    op.drop_column("callers", "email")


def _watch(told: str) -> None:
    op.execute("DROP TRIGGER IF EXISTS audit ON callers")
    op.execute(f"SELECT audit_watch('callers', {told})")


def _channels(rule: str) -> None:
    op.execute(f"""
        ALTER TABLE reports DROP CONSTRAINT IF EXISTS ck_reports_channel,
            ADD CONSTRAINT ck_reports_channel CHECK ({rule}) NOT VALID
    """)
