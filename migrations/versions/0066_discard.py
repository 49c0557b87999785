"""公文書: what keeps a ticket past its period, lists of what is thrown away, and the book of what was.

Only tables, indexes and kinds are added. The book refuses to be changed. Of a ticket that stands in
it the log of what people did does not copy every line of history that goes with it: that it was
thrown away, by whose approval, stands in the book, which is watched.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0066"
down_revision: str | None = "0065"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WIDER: Sequence[str] = ("ck_erasings_what",)
MOMENT: Final = sa.DateTime(timezone=True)
_WHAT: Final = "what IN ('resident', 'reports', 'unsent')"
_WHAT_NOW: Final = "what IN ('resident', 'reports', 'unsent', 'thrown_away')"
_LINE_OF: Final = """
        SELECT number INTO ticket FROM tickets
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.ticket_id ELSE NEW.ticket_id END;
"""
_UNLESS_DISCARDED: Final = """
        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM discarded d WHERE d.number = ticket) THEN
            RETURN NULL;
        END IF;
"""
_WATCHED: Final[dict[str, tuple[str, ...]]] = {
    "ticket_holds": ("ticket", "ticket_id", "why", "key"),
    "discard_lists": ("discard list", "id", "", "key,digest,gone,left_over"),
    "discarded": ("discarded", "number"),
}
"""As of `audit_watch` (migration 0043)."""
NEEDED: Final = {"bulk_items": "ix_bulk_items_ticket_id", "plan_stops": "ix_plan_stops_ticket_id"}
"""Indexes by which a ticket goes without a look at every row that could refer to it."""


def upgrade() -> None:
    op.drop_constraint(op.f("ck_erasings_what"), "erasings", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_erasings_what"), "erasings", _WHAT_NOW)
    _holds()
    _lists()
    _items()
    _book()
    _of_history(_UNLESS_DISCARDED)
    for table, words in _WATCHED.items():
        op.execute(f"DROP TRIGGER IF EXISTS audit ON {table}")
        op.execute(f"SELECT audit_watch('{table}', {', '.join(map(repr, words))})")
    with op.get_context().autocommit_block():
        for table, name in NEEDED.items():
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, ["ticket_id"], postgresql_concurrently=True)


def downgrade() -> None:
    for table, name in NEEDED.items():
        op.drop_index(name, table)
    _of_history("")
    for table in ("discarded", "discard_items", "discard_lists", "ticket_holds"):
        op.drop_table(table)
    op.execute("DROP FUNCTION michi_discarded_stays()")
    op.execute("DELETE FROM erasings WHERE what = 'thrown_away'")
    op.drop_constraint(op.f("ck_erasings_what"), "erasings", type_="check")
    op.create_check_constraint(op.f("ck_erasings_what"), "erasings", _WHAT)


def _of_history(unless: str) -> None:
    """The trigger's function as migration 0043 has it, with or without this."""
    ((made,),) = op.get_bind().execute(
        sa.text("SELECT pg_get_functiondef('audit_history()'::regprocedure)")
    )
    plain = str(made).replace(_UNLESS_DISCARDED, "")
    before, found, after = plain.partition(_LINE_OF)
    if not found:
        raise RuntimeError("audit_history() is not as migration 0043 made it")
    op.execute(before + found + unless + after)


def _number(
    name: str, kind: type[sa.Integer] = sa.Integer, *, nullable: bool = False
) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=nullable)


def _words(name: str, *, usual: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=usual, nullable=False)


def _user(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_users"
    return sa.ForeignKeyConstraint([column], ["users.id"], name=name, ondelete="SET NULL")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=sa.text("now()"), nullable=False)


def _holds() -> None:
    op.create_table(
        "ticket_holds",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _number("ticket_id", sa.BigInteger),
        _words("why"),
        sa.Column("until", sa.Date()),
        _number("by_id", nullable=True),
        _words("by_name"),
        _now("made_at"),
        _words("key"),
        sa.Column("ended_at", MOMENT),
        _words("ended_by", usual=""),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
            name="fk_ticket_holds_ticket_id_tickets",
            ondelete="CASCADE",
        ),
        _user("ticket_holds", "by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_holds"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_ticket_holds_ticket_id", "ticket_holds", ["ticket_id", "id"], if_not_exists=True
    )
    op.create_index(
        "ix_ticket_holds_key", "ticket_holds", ["ticket_id", "key"], unique=True, if_not_exists=True
    )
    op.create_index(
        "ix_ticket_holds_open",
        "ticket_holds",
        ["ticket_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
        if_not_exists=True,
    )


def _lists() -> None:
    states = "'proposed', 'withdrawn', 'approved', 'done', 'failed'"
    op.create_table(
        "discard_lists",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _words("state", usual="proposed"),
        _number("fiscal_year"),
        _number("serial"),
        sa.Column("day", sa.Date(), nullable=False),
        _words("digest"),
        _number("total"),
        *(
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
            for name in ("gone", "left_over")
        ),
        _number("proposed_by", nullable=True),
        _words("proposer"),
        _now("proposed_at"),
        _number("approved_by", nullable=True),
        _words("approver", usual=""),
        sa.Column("approved_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("key", sa.String()),
        sa.CheckConstraint(f"state IN ({states})", name="state"),
        _user("discard_lists", "proposed_by"),
        _user("discard_lists", "approved_by"),
        sa.PrimaryKeyConstraint("id", name="pk_discard_lists"),
        sa.UniqueConstraint("key", name="uq_discard_lists_key"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_discard_lists_number",
        "discard_lists",
        ["fiscal_year", "serial"],
        unique=True,
        if_not_exists=True,
    )
    op.create_index(
        "ix_discard_lists_open",
        "discard_lists",
        [sa.text("(true)")],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'approved', 'failed')"),
        if_not_exists=True,
    )


def _items() -> None:
    op.create_table(
        "discard_items",
        _number("list_id", sa.BigInteger),
        _number("place"),
        _number("ticket_id", sa.BigInteger),
        _number("root_id", sa.BigInteger),
        *map(_words, ("number", "category", "kind")),
        sa.Column("closed_on", sa.Date(), nullable=False),
        _number("years"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _words("state", usual="listed"),
        _words("why", usual=""),
        sa.CheckConstraint("state IN ('listed', 'gone', 'left', 'held')", name="state"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["discard_lists.id"], name="fk_discard_items_list_id_discard_lists"
        ),
        sa.PrimaryKeyConstraint("list_id", "place", name="pk_discard_items"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_discard_items_listed",
        "discard_items",
        ["list_id", "place"],
        postgresql_where=sa.text("state = 'listed'"),
        if_not_exists=True,
    )
    op.create_index("ix_discard_items_number", "discard_items", ["number"], if_not_exists=True)


def _book() -> None:
    op.create_table(
        "discarded",
        *map(_words, ("number", "category", "kind")),
        _number("closed_year"),
        sa.Column("at", MOMENT, nullable=False),
        _number("approved_by", nullable=True),
        _words("approver"),
        _words("list_number"),
        sa.PrimaryKeyConstraint("number", name="pk_discarded"),
        if_not_exists=True,
    )
    op.create_index("ix_discarded_at", "discarded", ["at", "number"], if_not_exists=True)
    op.execute(
        "CREATE OR REPLACE FUNCTION michi_discarded_stays() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'the book of what was thrown away stays as it is'; END $$"
    )
    op.execute(
        "CREATE OR REPLACE TRIGGER stays BEFORE UPDATE OR DELETE ON discarded FOR EACH ROW"
        " EXECUTE FUNCTION michi_discarded_stays()"
    )
    op.execute(
        "CREATE OR REPLACE TRIGGER stays_all BEFORE TRUNCATE ON discarded FOR EACH STATEMENT"
        " EXECUTE FUNCTION michi_discarded_stays()"
    )
