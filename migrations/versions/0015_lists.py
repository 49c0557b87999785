"""What a list shows is kept with the ticket, and in which transaction the ticket last changed.

Triggers keep it, so that processes of the version before do as well.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN: Final = (
    "status IN ('forwarded', 'in_progress', 'inspecting', 'made_safe', 'monitoring', 'received',"
    " 'reopened', 'scheduled')"
)
IN_ORDER: Final = (
    "NOT urgent",
    'NOT why @> \'{"reason": "to_and_fro"}\'::jsonb',
    "coalesce(deadline, 'infinity'::date)",
    "id",
)
INDEXES: Final = {
    "ix_tickets_worklist": ("department_id IS NOT NULL", *IN_ORDER),
    "ix_tickets_worklist_of": ("department_id", *IN_ORDER),
    "ix_tickets_crew": (
        "department_id",
        "status <> 'reopened'",
        "status = 'monitoring' OR status = 'forwarded'",
        "NOT urgent",
        "coalesce(deadline, 'infinity'::date)",
        "id",
    ),
}
AT_ONCE: Final = 5_000
"""So many tickets are brought up to date in one commit."""

FUNCTIONS: Final = {
    "michi_ticket_changed": """
        BEGIN
            NEW.changed_in := pg_current_xact_id()::text::bigint;
            RETURN NEW;
        END
    """,
    # First the lock, then another statement: it sees what others have committed before they let go.
    "michi_count_followers": """
        DECLARE ids bigint[] := ARRAY(SELECT DISTINCT ticket_id FROM touched);
        BEGIN
            PERFORM FROM tickets WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
            UPDATE tickets t SET follower_count = counted.many
            FROM (SELECT id, (SELECT count(*) FROM followers f WHERE f.ticket_id = id) AS many
                  FROM unnest(ids) AS id) AS counted
            WHERE t.id = counted.id AND t.follower_count <> counted.many;
            RETURN NULL;
        END
    """,
    # While it waited, a merge may have taken the report to another ticket.
    "michi_choose_cover": """
        DECLARE ids bigint[];
        BEGIN
            IF TG_TABLE_NAME = 'reports' THEN
                ids := ARRAY[OLD.ticket_id, NEW.ticket_id];
                PERFORM FROM tickets WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
            ELSE
                LOOP
                    ids := ARRAY(SELECT ticket_id FROM reports
                                 WHERE id IN (OLD.report_id, NEW.report_id));
                    PERFORM FROM tickets WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
                    EXIT WHEN ids @> ARRAY(SELECT ticket_id FROM reports
                                           WHERE id IN (OLD.report_id, NEW.report_id));
                END LOOP;
            END IF;
            UPDATE tickets t SET cover_id = chosen.photo
            FROM (SELECT id, (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
                              WHERE r.ticket_id = of.id AND p.state = 'stored'
                              ORDER BY coalesce(p.set_first, p.id), p.set_index, p.id LIMIT 1)
                         AS photo
                  FROM unnest(ids) AS of (id)) AS chosen
            WHERE t.id = chosen.id AND t.cover_id IS DISTINCT FROM chosen.photo;
            RETURN NULL;
        END
    """,
    "michi_note_withdrawal": """
        BEGIN
            UPDATE tickets SET is_withdrawn = (NEW.to_status = 'declined' AND NEW.actor = 'resident')
            WHERE id = NEW.ticket_id
              AND is_withdrawn <> (NEW.to_status = 'declined' AND NEW.actor = 'resident');
            RETURN NULL;
        END
    """,
}
_WAS_SHOWN: Final = "OLD.state = 'stored' AND OLD.report_id IS NOT NULL"
_IS_SHOWN: Final = "NEW.state = 'stored' AND NEW.report_id IS NOT NULL"
_OTHERWISE: Final = (
    "(OLD.state, OLD.report_id, OLD.set_first, OLD.set_index)"
    " IS DISTINCT FROM (NEW.state, NEW.report_id, NEW.set_first, NEW.set_index)"
)
TRIGGERS: Final = {
    "ticket_changed": (
        "BEFORE UPDATE ON tickets FOR EACH ROW",
        "michi_ticket_changed",
    ),
    "followers_came": (
        "AFTER INSERT ON followers REFERENCING NEW TABLE AS touched FOR EACH STATEMENT",
        "michi_count_followers",
    ),
    "followers_went": (
        "AFTER DELETE ON followers REFERENCING OLD TABLE AS touched FOR EACH STATEMENT",
        "michi_count_followers",
    ),
    "photo_came": (
        f"AFTER INSERT ON photos FOR EACH ROW WHEN ({_IS_SHOWN})",
        "michi_choose_cover",
    ),
    "photo_changed": (
        "AFTER UPDATE ON photos FOR EACH ROW"
        f" WHEN ({_OTHERWISE} AND (({_WAS_SHOWN}) OR ({_IS_SHOWN})))",
        "michi_choose_cover",
    ),
    "photo_went": (
        f"AFTER DELETE ON photos FOR EACH ROW WHEN ({_WAS_SHOWN})",
        "michi_choose_cover",
    ),
    "report_went_on": (
        "AFTER UPDATE ON reports FOR EACH ROW WHEN (OLD.ticket_id <> NEW.ticket_id)",
        "michi_choose_cover",
    ),
    "ticket_moved": (
        "AFTER INSERT ON history FOR EACH ROW"
        " WHEN (NEW.to_status IS NOT NULL AND NEW.from_status IS NOT NULL)",
        "michi_note_withdrawal",
    ),
}
# As in the triggers: first the locks, then another statement.
BRING_UP: Final = """
    DO $$
    BEGIN
        PERFORM FROM tickets WHERE id > {after} AND id <= {until} ORDER BY id FOR NO KEY UPDATE;
        UPDATE tickets t SET follower_count = now.followers, cover_id = now.cover,
                             is_withdrawn = now.withdrawn
        FROM (SELECT id,
                     (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) AS followers,
                     (SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
                      WHERE r.ticket_id = t.id AND p.state = 'stored'
                      ORDER BY coalesce(p.set_first, p.id), p.set_index, p.id LIMIT 1) AS cover,
                     coalesce(CASE WHEN t.status = 'declined' THEN
                         (SELECT h.actor = 'resident' FROM history h
                          WHERE h.ticket_id = t.id AND h.to_status = 'declined'
                          ORDER BY h.id DESC LIMIT 1) END, false) AS withdrawn
              FROM tickets t WHERE id > {after} AND id <= {until}) AS now
        WHERE t.id = now.id AND (t.follower_count, t.cover_id, t.is_withdrawn)
              IS DISTINCT FROM (now.followers, now.cover, now.withdrawn);
    END $$
"""


def upgrade() -> None:
    """Whoever is cut off begins anew; tickets are brought up to date beside those who write."""
    columns = (
        sa.Column("follower_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cover_id", sa.BigInteger()),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_in", sa.BigInteger()),
    )
    for column in columns:
        op.add_column("tickets", column, if_not_exists=True)
    # not with the column: every row would be written anew, and everybody wait for it
    op.alter_column(
        "tickets", "changed_in", server_default=sa.text("pg_current_xact_id()::text::bigint")
    )
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    for name, (when, function) in TRIGGERS.items():
        op.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
    with op.get_context().autocommit_block():
        _bring_up()
        for name, keys in INDEXES.items():
            _make_index(name, [sa.text(key if key.isidentifier() else f"({key})") for key in keys])
        _make_index("ix_tickets_changed_in", ["changed_in"], where=None)


def _bring_up() -> None:
    last = op.get_bind().scalar(sa.text("SELECT coalesce(max(id), 0) FROM tickets"))
    for after in range(0, last, AT_ONCE):
        op.execute(BRING_UP.format(after=after, until=after + AT_ONCE))


def _make_index(name: str, keys: Sequence[str | sa.TextClause], where: str | None = OPEN) -> None:
    op.drop_index(name, "tickets", if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name,
        "tickets",
        keys,
        postgresql_where=sa.text(where) if where else None,
        postgresql_concurrently=True,
    )


def downgrade() -> None:
    for name in ("worklist", "worklist_of", "crew", "changed_in"):
        op.drop_index(f"ix_tickets_{name}", "tickets")
    for name, (when, _) in TRIGGERS.items():
        table = when.partition(" ON ")[2].partition(" ")[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for name in ("changed_in", "is_withdrawn", "cover_id", "follower_count"):
        op.drop_column("tickets", name)
