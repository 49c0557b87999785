"""What a hand at the database changes of tickets, reports and photos stands in the audit log, too.

Michi's own connections say their name, and what they do is told by a ticket's history: for those
the triggers are not even called. Whoever comes with another program is written down row by row.
"""

from collections.abc import Sequence
from typing import Final

from alembic import op

revision: str = "0055"
down_revision: str | None = "0054"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WATCHED: Final[dict[str, tuple[str, str, str, str]]] = {
    "tickets": ("ticket", "id", "place,place_name,place_name_en,why", "change,changed_in"),
    "reports": (
        "ticket", "ticket_id",
        "resident_id,draft_key,place,place_accuracy_m,place_message_id,place_hint", "",
    ),
    "photos": (
        "photo", "id",
        "resident_id,line_message_id,image_set,original,large,small,public_large,public_small,"
        "exif_place,exif_accuracy_m,taken_at,direction,patches,redaction", "",
    ),
    "remarks": ("report", "report_id", "words,public_words,line_message_id", ""),
    "followers": ("ticket", "ticket_id", "resident_id", ""),
}  # fmt: skip
"""As of `audit_watch` (migration 0043): the thing, its number, what is hidden, what says nothing."""


def upgrade() -> None:
    for table, words in WATCHED.items():
        told = ", ".join(map(repr, (*words, "change")))
        op.execute(
            f"CREATE TRIGGER audit_by_hand AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW WHEN (current_setting('application_name') NOT LIKE 'michi%')"
            f" EXECUTE FUNCTION audit_change({told})"
        )


def downgrade() -> None:
    for table in WATCHED:
        op.execute(f"DROP TRIGGER audit_by_hand ON {table}")
