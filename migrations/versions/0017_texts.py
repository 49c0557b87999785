"""What can be searched of each ticket.

Triggers note of which ticket the words may be others now, so that processes of the version before do as
well; the clock folds and keeps them.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Of each line its letters, and each two that stand side by side.
GRAMS: Final = """
    CREATE FUNCTION michi_grams(words varchar) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT ARRAY(SELECT DISTINCT substr(line, at, many)
                     FROM regexp_split_to_table(words, E'\\n') AS line,
                          generate_series(1, length(line)) AS at, generate_series(1, 2) AS many)
    $$
"""
_OF: Final = {
    "tickets": "{row}.id",
    "reports": "{row}.ticket_id",
    "remarks": "(SELECT ticket_id FROM reports WHERE id = {row}.report_id)",
    "history": "{row}.ticket_id",
}
_WORDS: Final = {
    "tickets": ("place_name", "place_name_en", "district", "why"),
    "reports": ("ticket_id", "place_hint"),
    "remarks": ("report_id", "words"),
    "history": ("ticket_id", "note"),
}
_LEFT: Final = {"reports": "ticket_id", "remarks": "report_id", "history": "ticket_id"}
"""By which a row that goes to another ticket leaves words behind."""


def _note(row: str, ticket: str) -> str:
    return (
        "INSERT INTO ticket_text_changes (ticket_id)"
        f" SELECT id FROM (SELECT {ticket.format(row=row)} AS id) AS t WHERE id IS NOT NULL;"
    )


def _function(table: str) -> str:
    ticket, left = _OF[table], _LEFT.get(table, "id")
    return f"""
        CREATE FUNCTION michi_note_text_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'DELETE' THEN {_note("NEW", ticket)} END IF;
            IF TG_OP = 'DELETE' THEN {_note("OLD", ticket)}
            ELSIF TG_OP = 'UPDATE' AND OLD.{left} IS DISTINCT FROM NEW.{left} THEN
                {_note("OLD", ticket)}
            END IF;
            RETURN NULL;
        END $$
    """


def upgrade() -> None:
    op.create_table("ticket_text_changes", sa.Column("ticket_id", sa.BigInteger(), nullable=False))
    op.create_index("ix_ticket_text_changes_ticket_id", "ticket_text_changes", ["ticket_id"])
    # without a key nothing could be deleted from it where every table is published to another server
    op.execute("ALTER TABLE ticket_text_changes REPLICA IDENTITY FULL")
    op.create_table(
        "ticket_texts",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_ticket_texts"),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name="fk_ticket_texts_ticket_id_tickets",
            ondelete="CASCADE",
        ),
    )
    op.execute(GRAMS)
    op.create_index(
        "ix_ticket_texts_grams",
        "ticket_texts",
        [sa.text("michi_grams(words)")],
        postgresql_using="gin",
    )
    # a word that stands everywhere is looked up as well: finding it anew in each row is dearer
    op.execute("ALTER INDEX ix_ticket_texts_grams ALTER COLUMN 1 SET STATISTICS 0")
    for table, words in _WORDS.items():
        op.execute(_function(table))
        otherwise = " OR ".join(f"OLD.{each} IS DISTINCT FROM NEW.{each}" for each in words)
        call = f"EXECUTE FUNCTION michi_note_text_of_{table}()"
        came = "WHEN (NEW.note <> '')" if table == "history" else ""
        op.execute(f"CREATE TRIGGER text_came AFTER INSERT ON {table} FOR EACH ROW {came} {call}")
        op.execute(
            f"CREATE TRIGGER text_changed AFTER UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({otherwise}) {call}"
        )
        if table != "tickets":
            op.execute(f"CREATE TRIGGER text_left AFTER DELETE ON {table} FOR EACH ROW {call}")
    op.execute("INSERT INTO ticket_text_changes (ticket_id) SELECT id FROM tickets")


def downgrade() -> None:
    for table in _WORDS:
        for name in ("text_came", "text_changed", *(("text_left",) if table != "tickets" else ())):
            op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION michi_note_text_of_{table}()")
    op.drop_table("ticket_texts")
    op.execute("DROP FUNCTION michi_grams(varchar)")
    op.drop_table("ticket_text_changes")
