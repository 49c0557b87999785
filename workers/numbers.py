"""What is counted follows the tickets every few seconds; months that are over are closed."""

from reports.stats.following import follow
from reports.stats.months import close
from store.database import transaction


def count() -> int:
    """All that waits, piece by piece, each a commit of its own; how much was looked at."""
    many = 0
    for step in (follow, close):
        gone = 1
        while gone:
            with transaction() as db:
                gone = step(db)
            many += gone
    return many
