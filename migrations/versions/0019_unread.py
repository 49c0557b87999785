"""Where a resident has said something that nobody of the city has dealt with.

A trigger keeps it, so that processes of the version before do as well.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SAID: Final = "actor = 'resident' AND what IN ('answered', 'added')"
_DEALT_WITH: Final = "actor IN ('staff', 'crew')"
TRIGGERS: Final = {
    "resident_said": ("history", _SAID, "said"),
    "city_dealt_with": ("history", _DEALT_WITH, "dealt with"),
    "city_noted": ("notes", "true", "dealt with"),
}
_KEEP: Final = """
    CREATE FUNCTION michi_note_unread() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_ARGV[0] = 'said' THEN
            UPDATE tickets SET unread_since = now()
            WHERE id = NEW.ticket_id AND unread_since IS NULL;
        ELSE
            UPDATE tickets SET unread_since = NULL
            WHERE id = NEW.ticket_id AND unread_since IS NOT NULL;
        END IF;
        RETURN NULL;
    END $$
"""
_WHAT_THERE_IS: Final = f"""
    UPDATE tickets SET unread_since = said.at FROM (
        SELECT h.ticket_id, min(h.at) AS at FROM tickets t JOIN history h ON h.ticket_id = t.id
        WHERE t.closed_at IS NULL AND {_SAID} AND NOT EXISTS (
            SELECT FROM history later
            WHERE later.ticket_id = h.ticket_id AND later.id > h.id AND later.{_DEALT_WITH})
        GROUP BY h.ticket_id
    ) AS said
    WHERE tickets.id = said.ticket_id
"""


def upgrade() -> None:
    op.execute("ALTER TABLE tickets ADD COLUMN IF NOT EXISTS unread_since timestamptz")
    op.create_index(
        "ix_tickets_unread",
        "tickets",
        ["unread_since"],
        postgresql_where=sa.text("unread_since IS NOT NULL"),
    )
    op.execute(_KEEP)
    for name, (table, when, what) in TRIGGERS.items():
        when = when.replace("actor", "NEW.actor").replace("what", "NEW.what")
        op.execute(
            f"CREATE TRIGGER {name} AFTER INSERT ON {table}"
            f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION michi_note_unread('{what}')"
        )
    op.execute(_WHAT_THERE_IS)


def downgrade() -> None:
    for name, (table, _, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION michi_note_unread()")
    op.drop_index("ix_tickets_unread", "tickets")
    op.drop_column("tickets", "unread_since")
