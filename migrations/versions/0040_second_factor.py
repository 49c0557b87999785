"""Passkeys, one-time codes, recovery codes; who has done the first step; when a session proved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("proven_at", sa.DateTime(timezone=True)))
    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _user(),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _made_at(),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        _of_user("passkeys"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential", name="uq_passkeys_credential"),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])
    op.create_table(
        "code_apps",
        _user(),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _made_at(),
        _of_user("code_apps"),
        sa.PrimaryKeyConstraint("user_id", name="pk_code_apps"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _user(),
        sa.Column("code_hash", sa.String(), nullable=False),
        _made_at(),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        _of_user("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.UniqueConstraint("user_id", "code_hash", name="uq_recovery_codes_user_id"),
    )
    op.create_table(
        "sign_in_steps",
        sa.Column("token_hash", sa.String(), nullable=False),
        _user(),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("next", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _of_user("sign_in_steps"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_steps"),
    )
    op.create_index("ix_sign_in_steps_user_id", "sign_in_steps", ["user_id"])
    op.create_table(
        "used_challenges",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge", name="pk_used_challenges"),
    )
    op.create_index("ix_used_challenges_gone_at", "used_challenges", ["gone_at"])


def downgrade() -> None:
    for table in ("used_challenges", "sign_in_steps", "recovery_codes", "code_apps", "passkeys"):
        op.drop_table(table)
    op.drop_column("sign_ins", "proven_at")


def _user() -> sa.Column:
    return sa.Column("user_id", sa.Integer(), nullable=False)


def _made_at() -> sa.Column:
    now = sa.text("now()")
    return sa.Column("made_at", sa.DateTime(timezone=True), server_default=now, nullable=False)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_user_id_users"
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=name, ondelete="CASCADE")
