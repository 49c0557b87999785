"""Keys of programs: what they open, until when, how often, who made them and when they were used."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0042"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    words = postgresql.ARRAY(sa.String())
    moment = sa.DateTime(timezone=True)
    op.add_column("api_tokens", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
    op.create_unique_constraint("uq_api_tokens_id", "api_tokens", ["id"])
    for column in (
        sa.Column("scopes", words, server_default="{open}", nullable=False),
        sa.Column("departments", words, server_default="{}", nullable=False),
        sa.Column("per_minute", sa.Integer(), server_default="600", nullable=False),
        sa.Column("expires_at", moment),
        sa.Column("made_by", sa.Integer()),
        sa.Column("used_at", moment),
        sa.Column("used_from", sa.String(), server_default="", nullable=False),
        sa.Column("revoked_at", moment),
        sa.Column("revoked_by", sa.String(), server_default="", nullable=False),
    ):
        op.add_column("api_tokens", column)
    op.create_foreign_key(
        "fk_api_tokens_made_by_users",
        "api_tokens",
        "users",
        ["made_by"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint("scopes", "api_tokens", _SCOPES)


def downgrade() -> None:
    """What opened less, more, or nothing any more goes."""
    op.execute("DELETE FROM api_tokens WHERE token_hash LIKE 'key %'")
    op.drop_constraint("ck_api_tokens_scopes", "api_tokens")
    op.drop_constraint("fk_api_tokens_made_by_users", "api_tokens")
    op.drop_constraint("uq_api_tokens_id", "api_tokens")
    for column in (
        "revoked_by", "revoked_at", "used_from", "used_at", "made_by", "expires_at", "per_minute",
        "departments", "scopes", "id",
    ):  # fmt: skip
        op.drop_column("api_tokens", column)


_SCOPES = "scopes <@ ARRAY['open', 'personal', 'write']::varchar[] AND scopes <> '{}'"
