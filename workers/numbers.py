"""What is counted follows the tickets every few seconds; months that are over are closed."""

from datetime import UTC, datetime, timedelta
from typing import Final

from geo.sections.cutting import is_cut
from reports.stats.again.follow import is_behind
from reports.stats.following import follow
from reports.stats.months import close, open_from, wait_since
from store.database import transaction

WAITS_FOR_SECTIONS: Final = timedelta(days=1)


def count_by_clock(now: datetime | None = None) -> int:
    """As `count`; the first months are closed once it is known on which sections tickets lie, or
    when that was waited for in vain: then they stand in them without a section."""
    now = now or datetime.now(UTC)
    waits = False
    with transaction() as db:
        if open_from(db) is None:
            since = wait_since(db, now if not is_cut(db) or is_behind(db) else None)
            waits = since is not None and since > now - WAITS_FOR_SECTIONS
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
