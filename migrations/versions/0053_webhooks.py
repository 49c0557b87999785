"""Systems that are told when something public has changed, and the calls to them."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0053"
down_revision: str | None = "0051"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
_AUDIT: Final = (
    "SELECT audit_watch('webhooks', 'webhook', 'id', 'secret,former_secret',"
    " 'seen,failures,failing_since,due_at,held_by,held_until,made_at')"
)
_WAITING: Final = sa.text("state = 'waiting'")


def upgrade() -> None:
    now, words = sa.text("now()"), postgresql.ARRAY(sa.String())
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        *(
            sa.Column(each, words, server_default="{}", nullable=False)
            for each in ("kinds", "categories", "states", "towns", "departments")
        ),
        sa.Column("with_page", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_secret", sa.LargeBinary()),
        sa.Column("former_ends_at", MOMENT),
        sa.Column("seen", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", MOMENT, server_default=now, nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("paused_at", MOMENT),
        sa.Column("off_at", MOMENT),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", MOMENT),
        sa.Column("due_at", MOMENT, server_default=now, nullable=False),
        sa.Column("held_by", sa.String()),
        sa.Column("held_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
        sa.UniqueConstraint("name", name="uq_webhooks_name"),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name="fk_webhooks_made_by_users", ondelete="SET NULL"
        ),
    )
    op.execute(_AUDIT)
    _calls()


def _calls() -> None:
    now = sa.text("now()")
    op.create_table(
        "webhook_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("number", sa.String()),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        *(
            sa.Column(each, MOMENT, server_default=now, nullable=False)
            for each in ("made_at", "since", "due_at")
        ),
        sa.Column("tried_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_calls"),
        sa.UniqueConstraint("message_id", name="uq_webhook_calls_message_id"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name="state"),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name="fk_webhook_calls_webhook_id_webhooks",
            ondelete="CASCADE",
        ),
    )
    for name, keys, where in (
        ("waiting", ["webhook_id", "number", "id"], _WAITING),
        ("due", ["webhook_id", "due_at", "id"], _WAITING),
        ("last", ["webhook_id", "id"], None),
        ("dead", ["webhook_id", "id"], sa.text("state = 'dead'")),
        ("done", ["done_at"], sa.text("done_at IS NOT NULL")),
    ):
        op.create_index(f"ix_webhook_calls_{name}", "webhook_calls", keys, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("webhook_calls")
    op.drop_table("webhooks")
