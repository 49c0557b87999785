"""Keys change: a program's former one holds beside its new one, which SECRET_KEY is in use is known,
and a phone keeps the name by which it knows somebody."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WATCHED_BEFORE: Final = "'key', 'id', 'token_hash', 'used_at,used_from,created_at'"
_WATCHED: Final = (
    "'key', 'id', 'token_hash,former_hash', 'used_at,used_from,created_at,former_used_at'"
)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("former_hash", sa.String()),
        sa.Column("former_until", moment),
        sa.Column("former_used_at", moment),
    ):
        op.add_column("api_tokens", column)
    op.create_unique_constraint("uq_api_tokens_former_hash", "api_tokens", ["former_hash"])
    _watch(_WATCHED)
    op.create_table(
        "secret_keys",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("since", moment, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_secret_keys"),
    )
    op.create_table(
        "phone_names",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], "fk_phone_names_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_phone_names"),
        sa.UniqueConstraint("name", name="uq_phone_names_name"),
    )


def downgrade() -> None:
    """Former keys end with this."""
    op.drop_table("phone_names")
    op.drop_table("secret_keys")
    _watch(_WATCHED_BEFORE)
    op.drop_constraint("uq_api_tokens_former_hash", "api_tokens")
    for column in ("former_used_at", "former_until", "former_hash"):
        op.drop_column("api_tokens", column)


def _watch(told: str) -> None:
    op.execute("DROP TRIGGER audit ON api_tokens")
    op.execute(f"SELECT audit_watch('api_tokens', {told})")
