"""Notes of those who work on a ticket, for each other."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("key", sa.String()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("department_id", sa.Integer()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("done_by", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_notes_ticket_id_tickets"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_notes_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_notes_user_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_notes_department_id_departments"
        ),
    )
    op.create_index("ix_notes_ticket_id", "notes", ["ticket_id"])
    op.create_index(
        "ix_notes_key",
        "notes",
        ["ticket_id", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    for who in ("user_id", "department_id"):
        op.create_index(
            f"ix_notes_open_{who}", "notes", [who], postgresql_where=sa.text("done_at IS NULL")
        )
    op.execute("""
        CREATE FUNCTION michi_note_text_of_notes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO ticket_text_changes (ticket_id)
            VALUES (CASE WHEN TG_OP = 'DELETE' THEN OLD.ticket_id ELSE NEW.ticket_id END);
            RETURN NULL;
        END $$
    """)
    for name, when in (("came", "INSERT"), ("changed", "UPDATE OF words"), ("left", "DELETE")):
        op.execute(
            f"CREATE TRIGGER text_{name} AFTER {when} ON notes"
            " FOR EACH ROW EXECUTE FUNCTION michi_note_text_of_notes()"
        )


def downgrade() -> None:
    op.drop_table("notes")
    op.execute("DROP FUNCTION michi_note_text_of_notes()")
