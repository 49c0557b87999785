"""Lists in more orders and by more conditions, and views that are kept under a name."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN: Final = (
    "status IN ('forwarded', 'in_progress', 'inspecting', 'made_safe', 'monitoring', 'received',"
    " 'reopened', 'scheduled')"
)
ATTENTION: Final = (
    "(unread_since IS NOT NULL OR status = 'reopened' OR (urgent AND status = 'received'))"
)
INDEXES: Final = {
    "ix_tickets_open_deadline": ("tickets", ("(coalesce(deadline, 'infinity'::date))", "id"), OPEN),
    "ix_tickets_open_received": ("tickets", ("received_at", "id"), OPEN),
    "ix_tickets_open_changed": ("tickets", ("updated_at", "id"), OPEN),
    "ix_tickets_open_followers": ("tickets", ("follower_count", "id"), OPEN),
    "ix_tickets_received": ("tickets", ("received_at", "id"), None),
    "ix_tickets_followers": ("tickets", ("follower_count", "id"), None),
    "ix_tickets_closed": ("tickets", ("closed_at",), "closed_at IS NOT NULL"),
    "ix_tickets_attention": ("tickets", ("id",), ATTENTION),
    "ix_history_reopened": ("history", ("ticket_id",), "to_status = 'reopened'"),
    "ix_reports_place_source": ("reports", ("place_source", "ticket_id"), None),
}


def upgrade() -> None:
    """Whoever is cut off begins anew; indexes are made beside those who write."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("department_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_views_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_saved_views_department_id_departments"
        ),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (department_id IS NULL)", name=op.f("ck_saved_views_of_one")
        ),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_views_user_id_name"),
        sa.UniqueConstraint("department_id", "name", name="uq_saved_views_department_id_name"),
        if_not_exists=True,
    )
    op.create_table(
        "start_views",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_start_views"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_start_views_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_views.id"],
            name="fk_start_views_view_id_saved_views",
            ondelete="CASCADE",
        ),
        if_not_exists=True,
    )
    op.create_index("ix_start_views_view_id", "start_views", ["view_id"], if_not_exists=True)
    with op.get_context().autocommit_block():
        for name, (table, keys, where) in INDEXES.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                [sa.text(key) for key in keys],
                postgresql_where=sa.text(where) if where else None,
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("start_views")
    op.drop_table("saved_views")
