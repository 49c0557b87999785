"""What is counted follows the tickets every few seconds; months that are over are closed."""

from geo.sections.cutting import is_cut
from reports.stats.again.follow import is_behind
from reports.stats.following import follow
from reports.stats.months import close, open_from
from store.database import transaction


def count_by_clock() -> int:
    """As `count`; the first months are closed once it is known on which sections tickets lie."""
    with transaction() as db:
        waits = open_from(db) is None and (not is_cut(db) or is_behind(db))
    return count(closes=not waits)


def count(*, closes: bool = True) -> int:
    """All that waits, piece by piece, each a commit of its own; how much was looked at."""
    many = 0
    for step in (follow, close) if closes else (follow,):
        gone = 1
        while gone:
            with transaction() as db:
                gone = step(db)
            many += gone
    return many
