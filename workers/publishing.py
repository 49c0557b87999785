"""The public tables follow the desk's every few seconds."""

from reports.published import publishing
from store.database import transaction


def publish() -> int:
    """All that waits, piece by piece, each a commit of its own; how many tickets were looked at."""
    many = 0
    while True:
        with transaction() as db:
            gone = publishing.publish(db)
        many += gone
        if not gone:
            return many
