"""What is public stands in tables of its own: tickets as everybody may see them, what became of them.

Staff release words of residents (remarks.public_words) and may keep one ticket back
(tickets.kept_back). That a released photo or words changed is noted by triggers, so that it is also
noted when a process of the version before did it.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT: Final = sa.DateTime(timezone=True)
STATES: Final = "'open', 'in_progress', 'made_safe', 'fixed', 'not_ours', 'closed'"
KINDS: Final = "'published', 'moved', 'words', 'photo', 'changed', 'withdrawn'"
PHOTOS: Final = ("before_photo", "after_photo", "before_small", "after_small")
FUNCTIONS: Final = {
    "michi_photo_public": """
        BEGIN
            INSERT INTO published_due (ticket_id)
            SELECT coalesce(r.ticket_id, OLD.ticket_id)
            FROM (SELECT) AS one LEFT JOIN reports r ON r.id = OLD.report_id
            WHERE coalesce(r.ticket_id, OLD.ticket_id) IS NOT NULL;
            RETURN NULL;
        END
    """,
    "michi_words_public": """
        BEGIN
            INSERT INTO published_due (ticket_id)
            SELECT ticket_id FROM reports WHERE id = OLD.report_id;
            RETURN NULL;
        END
    """,
}
_IS_OTHER: Final = (
    "(OLD.state, OLD.decision, OLD.public_at, OLD.public_large)"
    " IS DISTINCT FROM (NEW.state, NEW.decision, NEW.public_at, NEW.public_large)"
)
TRIGGERS: Final = {
    "photo_public": (
        "AFTER UPDATE ON photos FOR EACH ROW"
        f" WHEN ((OLD.decision = 'released' OR NEW.decision = 'released') AND {_IS_OTHER})",
        "michi_photo_public",
    ),
    "photo_public_went": (
        "AFTER DELETE ON photos FOR EACH ROW WHEN (OLD.decision = 'released')",
        "michi_photo_public",
    ),
    "words_public": (
        "AFTER UPDATE ON remarks FOR EACH ROW"
        " WHEN (OLD.public_words IS DISTINCT FROM NEW.public_words)",
        "michi_words_public",
    ),
    "words_public_went": (
        "AFTER DELETE ON remarks FOR EACH ROW WHEN (OLD.public_words IS NOT NULL)",
        "michi_words_public",
    ),
}


def upgrade() -> None:
    op.add_column("remarks", sa.Column("public_words", sa.String()), if_not_exists=True)
    op.add_column(
        "tickets",
        sa.Column("kept_back", sa.Boolean(), server_default=sa.false(), nullable=False),
        if_not_exists=True,
    )
    op.execute("CREATE SEQUENCE IF NOT EXISTS published_versions")
    _tickets()
    _what_became()
    _how_they_are_kept()
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    for name, (when, function) in TRIGGERS.items():
        op.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")


def _tickets() -> None:
    table = "published_tickets"
    op.create_table(
        table,
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("category", "state", "status", "owner")
        ),
        *(sa.Column(name, sa.String()) for name in ("department", "town", "road")),
        sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("looked_at", "safe_at", "fixed_at", "closed_at")),
        *(sa.Column(name, sa.String()) for name in ("words", *PHOTOS)),
        sa.Column("lines", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("changed_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_published_tickets"),
        sa.UniqueConstraint("ticket_id", name="uq_published_tickets_ticket_id"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        if_not_exists=True,
    )
    _index(table, "place", ["place"], postgresql_using="gist")
    _index(table, "received", [sa.text("received_at DESC"), sa.text("number DESC")])
    _index(table, "version", ["version"])
    _index(table, "closed", ["closed_at"])
    _index(table, "state", ["state", sa.text("received_at DESC")])
    _index(table, "town", ["town"])
    for photo in PHOTOS:
        _index(table, photo, [photo], postgresql_where=sa.text(f"{photo} IS NOT NULL"))


def _what_became() -> None:
    op.create_table(
        "published_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String()),
        sa.Column("at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("data", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_published_events"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        if_not_exists=True,
    )
    _index("published_events", "number", ["number", "seq"])
    _index("published_events", "at", ["at"])
    op.create_table(
        "published_aliases",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("goes_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_published_aliases"),
        if_not_exists=True,
    )


def _how_they_are_kept() -> None:
    op.create_table(
        "published_due",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_due"),
        if_not_exists=True,
    )
    _index("published_due", "due_at", ["due_at"])
    op.create_table(
        "published_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moment", sa.String()),
        sa.Column("city", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("pass_after", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_published_state"),
        sa.CheckConstraint("id = 1", name="only_one"),
        if_not_exists=True,
    )


def _index(table: str, name: str, keys: Sequence[str | sa.TextClause], **how: object) -> None:
    op.create_index(f"ix_{table}_{name}", table, list(keys), if_not_exists=True, **how)


def downgrade() -> None:
    for name, (when, _) in TRIGGERS.items():
        table = when.partition(" ON ")[2].partition(" ")[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("state", "due", "aliases", "events", "tickets"):
        op.drop_table(f"published_{table}")
    op.execute("DROP SEQUENCE published_versions")
    op.drop_column("tickets", "kept_back")
    op.drop_column("remarks", "public_words")
