"""People are invited by a link, their browsers are known, and who tries passwords waits."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
NOW = {"server_default": sa.text("now()"), "nullable": False}
WORDS = {"server_default": "", "nullable": False}


def upgrade() -> None:
    op.create_table(
        "known_devices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("device", sa.String(), **WORDS),
        sa.Column("made_at", MOMENT, **NOW),
        sa.Column("seen_at", MOMENT, **NOW),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_known_devices_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_known_devices"),
        sa.UniqueConstraint("user_id", "token_hash", name="uq_known_devices_user_id"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", MOMENT, **NOW),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("mail", sa.String(), **WORDS),
        sa.Column("mail_state", sa.String(), **WORDS),
        sa.CheckConstraint(
            "mail_state IN ('', 'waiting', 'sent', 'failed')",
            name=op.f("ck_invitations_mail_state"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_invitations_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name="fk_invitations_made_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])
    op.create_table(
        "sign_in_waits",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_sign_in_waits"),
    )
    op.create_index("ix_sign_in_waits_gone_at", "sign_in_waits", ["gone_at"])
    op.add_column("users", sa.Column("last_sign_in_at", MOMENT))
    op.add_column("sign_ins", sa.Column("seen_at", MOMENT, **NOW))
    op.add_column("sign_ins", sa.Column("device", sa.String(), **WORDS))
    op.add_column("sign_ins", sa.Column("network", sa.String(), **WORDS))
    op.add_column("sign_ins", sa.Column("known_device_id", sa.BigInteger()))
    op.add_column("sign_ins", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
    op.create_unique_constraint("uq_sign_ins_id", "sign_ins", ["id"])


def downgrade() -> None:
    op.drop_constraint("uq_sign_ins_id", "sign_ins", type_="unique")
    for name in ("id", "known_device_id", "network", "device", "seen_at"):
        op.drop_column("sign_ins", name)
    op.drop_column("users", "last_sign_in_at")
    op.drop_table("sign_in_waits")
    op.drop_table("invitations")
    op.drop_table("known_devices")
