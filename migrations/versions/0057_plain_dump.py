"""A plain pg_dump can be put back by psql or pg_restore, whose search path names no schema.

The condition of the trigger that notes moved tickets compared geometries by an operator that is
found by the search path alone; it compares their bytes.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_FACTS = (
    "status", "is_withdrawn", "department_id", "category", "urgent", "paused_at", "deadline",
    "long_overdue_on",
)  # fmt: skip


def upgrade() -> None:
    _replace("ST_AsBinary(OLD.place) IS DISTINCT FROM ST_AsBinary(NEW.place)")


def downgrade() -> None:
    _replace("OLD.place IS DISTINCT FROM NEW.place")


def _replace(is_elsewhere: str) -> None:
    others = " OR ".join(f"OLD.{fact} IS DISTINCT FROM NEW.{fact}" for fact in _FACTS)
    op.execute(
        "CREATE OR REPLACE TRIGGER ticket_changed_in_cell AFTER UPDATE ON tickets FOR EACH ROW"
        f" WHEN ({others} OR {is_elsewhere}) EXECUTE FUNCTION michi_note_cell()"
    )
