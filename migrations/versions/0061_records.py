"""Records of tickets (経緯書) that were issued, their files, and the keys that sign them.

A file with something of a person in it goes when that is to go; that it was issued, by whom and why,
and its SHA-256 stay.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0061"
down_revision: str | None = "0060"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
_AUDIT: Final = """
    SELECT audit_watch('issued_records', 'record', 'id', 'why', 'done,total,key');
    SELECT audit_watch('record_keys', 'record key', 'id', 'sealed', 'public')
"""
_FORGET: Final = """
    CREATE FUNCTION michi_forget_records() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        all_of_them boolean := TG_TABLE_NAME = 'history';
        ticket bigint := CASE WHEN TG_TABLE_NAME = 'history'
                              THEN (to_jsonb(NEW) ->> 'ticket_id')::bigint
                              ELSE (to_jsonb(NEW) ->> 'id')::bigint END;
    BEGIN
        WITH RECURSIVE family AS (
            SELECT ticket AS id
            UNION SELECT t.id FROM tickets t JOIN family f ON t.merged_into = f.id
        ), went_into AS (
            SELECT ticket AS id, '-infinity'::timestamptz AS begun, 'infinity'::timestamptz AS ended
            UNION SELECT t.id, greatest(w.begun, h.at), least(w.ended, coalesce((
                SELECT min(p.at) FROM history p
                WHERE p.ticket_id = h.ticket_id AND p.id > h.id AND p.from_status = 'merged'
            ), 'infinity'))
            FROM went_into w
            JOIN history h ON h.ticket_id = w.id AND h.to_status = 'merged'
            JOIN tickets t ON t.number = h.details ->> 'into'
        ), gone AS (
            UPDATE issued_records r SET gone_at = now()
            WHERE (ticket_id IN (SELECT id FROM family) OR EXISTS (
                    SELECT FROM went_into w WHERE w.id = r.ticket_id
                      AND r.issued_at >= w.begun AND r.asked_at <= w.ended))
              AND gone_at IS NULL AND state = 'done' AND (all_of_them OR personal)
            RETURNING id
        )
        DELETE FROM record_parts WHERE record_id IN (SELECT id FROM gone);
        RETURN NULL;
    END $$
"""
"""Something was erased or taken back: every record of the ticket, of those that went into it, and of
those that it had gone into when they were made. The period of its words or people is over: those
with them."""


def upgrade() -> None:
    now = sa.text("now()")
    op.create_table(
        "issued_records",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("personal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("incident_on", sa.Date()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("asked_at", MOMENT, server_default=now, nullable=False),
        sa.Column("issued_at", MOMENT),
        sa.Column("gone_at", MOMENT),
        sa.Column("bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("sha256", sa.String()),
        sa.Column("key_id", sa.String()),
        sa.Column("audit_seq", sa.BigInteger()),
        sa.Column("audit_hash", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_issued_records"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name="fk_issued_records_ticket_id_tickets",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_issued_records_by_id_users", ondelete="SET NULL"
        ),
    )
    for name, columns, is_unique in (
        ("serial", ["ticket_id", "serial"], True),
        ("key", ["ticket_id", "key"], True),
        ("sha256", ["sha256"], False),
    ):
        op.create_index(f"ix_issued_records_{name}", "issued_records", columns, unique=is_unique)
    op.create_table(
        "record_parts",
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "place", name="pk_record_parts"),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["issued_records.id"],
            name="fk_record_parts_record_id_issued_records",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "record_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("made_at", MOMENT, server_default=now, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_record_keys"),
    )
    op.create_index(
        "ix_record_keys_signs",
        "record_keys",
        ["made_at"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(_AUDIT)
    op.execute(_FORGET)
    op.execute(
        "CREATE TRIGGER forget_records AFTER INSERT ON history FOR EACH ROW"
        " WHEN (NEW.what IN ('erased', 'unsent')) EXECUTE FUNCTION michi_forget_records()"
    )
    op.execute(
        "CREATE TRIGGER forget_records AFTER UPDATE OF forgotten_at, words_gone_at ON tickets"
        " FOR EACH ROW WHEN (NEW.forgotten_at IS DISTINCT FROM OLD.forgotten_at"
        " OR NEW.words_gone_at IS DISTINCT FROM OLD.words_gone_at)"
        " EXECUTE FUNCTION michi_forget_records()"
    )


def downgrade() -> None:
    for table in ("history", "tickets"):
        op.execute(f"DROP TRIGGER forget_records ON {table}")
    op.execute("DROP FUNCTION michi_forget_records()")
    for table in ("record_keys", "record_parts", "issued_records"):
        op.drop_table(table)
