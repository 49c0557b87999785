"""An approved list of what is to be thrown away: some of it at a time."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.discard import lists, throwing
from reports.orders import book
from reports.stats.following import follow
from reports.stats.months import is_counting
from store.database import transaction
from store.tasks import later

Write = Callable[[Session], None]

SECONDS: Final = 20.0
"""Of one turn; mails of others come between two."""
COUNTED_WITHIN: Final = timedelta(seconds=5)
"""So long waits a list of which not everything is counted yet."""


def throw_away(list_id: int) -> Write:
    """As much of this list as fits into one turn, once all that was done is counted."""
    end = time.monotonic() + SECONDS

    def is_over() -> bool:
        return time.monotonic() > end

    if not _is_counted(is_over):
        return lambda db: later(db, "throw_away", after=COUNTED_WITHIN, list_id=list_id)
    if throwing.go_on(list_id, is_over):
        return lambda db: later(db, "throw_away", list_id=list_id)
    return lambda db: lists.end(db, list_id, "done")


def _is_counted(is_over: Callable[[], bool]) -> bool:
    """Whether every ticket has its facts and its lines in the book of money, as far as this turn
    or the clock has come."""
    many = 1
    while many:
        if is_over():
            return False
        with transaction() as db:
            many = follow(db)
    with transaction() as db:
        book.book(db)
    with transaction() as db:
        return not is_counting(db)


def given_up(list_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so, and may go on."""
    return lambda db: lists.end(db, list_id, "failed")
