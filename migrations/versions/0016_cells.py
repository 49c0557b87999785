"""How many tickets lie where, kept for maps from far away.

A trigger writes down what came to a cell and what left it, so that processes of the version before do
as well; the clock adds it up.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The world is 2^26 steps wide and high, 4,096 of them in each tile of zoom 14.
STEPS: Final = {
    "michi_east": "floor((ST_X(place) + 180) / 360 * 67108864)",
    "michi_south": "floor((1 - asinh(tan(radians(ST_Y(place)))) / pi()) / 2 * 67108864)",
}
FACTS: Final = (
    "status", "is_withdrawn", "department_id", "category", "urgent", "paused_at", "deadline",
    "long_overdue_on",
)  # fmt: skip
NOTE: Final = f"""
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO ticket_cell_changes (many, x, y, {", ".join(FACTS)})
            VALUES (-1, michi_east(OLD.place), michi_south(OLD.place),
                    {", ".join(f"OLD.{fact}" for fact in FACTS)});
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO ticket_cell_changes (many, x, y, {", ".join(FACTS)})
            VALUES (1, michi_east(NEW.place), michi_south(NEW.place),
                    {", ".join(f"NEW.{fact}" for fact in FACTS)});
        END IF;
        RETURN NULL;
    END
"""
_OTHERWISE: Final = " OR ".join(
    f"OLD.{fact} IS DISTINCT FROM NEW.{fact}" for fact in (*FACTS, "place")
)
TRIGGERS: Final = {
    "ticket_came_to_cell": "AFTER INSERT ON tickets FOR EACH ROW",
    "ticket_changed_in_cell": f"AFTER UPDATE ON tickets FOR EACH ROW WHEN ({_OTHERWISE})",
    "ticket_left_cell": "AFTER DELETE ON tickets FOR EACH ROW",
}


def upgrade() -> None:
    op.create_table(
        "ticket_cell_changes",
        sa.Column("many", sa.SmallInteger(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Integer()),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True)),
        sa.Column("deadline", sa.Date()),
        sa.Column("long_overdue_on", sa.Date()),
    )
    # without a key nothing could be deleted from it where every table is published to another server
    op.execute("ALTER TABLE ticket_cell_changes REPLICA IDENTITY FULL")
    op.create_table(
        "ticket_cells",
        sa.Column("zoom", sa.SmallInteger()),
        sa.Column("x", sa.Integer()),
        sa.Column("y", sa.Integer()),
        sa.Column("level", sa.String()),
        sa.Column("department_id", sa.Integer()),
        sa.Column("cell", sa.SmallInteger()),
        sa.Column("status", sa.String()),
        sa.Column("is_withdrawn", sa.Boolean()),
        sa.Column("category", sa.String()),
        sa.Column("mark", sa.String()),
        sa.Column("rank", sa.SmallInteger()),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("sum_x", sa.BigInteger(), nullable=False),
        sa.Column("sum_y", sa.BigInteger(), nullable=False),
        sa.Column("west", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("south", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "zoom", "x", "y", "level", "department_id", "cell", "status", "is_withdrawn",
            "category", "mark", "rank", name="pk_ticket_cells",
        ),
    )  # fmt: skip
    op.create_table("ticket_cell_days", sa.Column("day", sa.Date(), primary_key=True))
    for name, formula in STEPS.items():
        op.execute(
            f"CREATE FUNCTION {name}(place geometry) RETURNS integer LANGUAGE sql IMMUTABLE"
            f" PARALLEL SAFE AS $$ SELECT least(greatest({formula}, 0), 67108863)::int $$"
        )
    op.execute(f"CREATE FUNCTION michi_note_cell() RETURNS trigger LANGUAGE plpgsql AS $${NOTE}$$")
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION michi_note_cell()")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON tickets")
    for function in ("michi_note_cell()", *(f"{name}(geometry)" for name in STEPS)):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("ticket_cell_days", "ticket_cells", "ticket_cell_changes"):
        op.drop_table(table)
