"""An approved list of what is to be thrown away: some of it at a time."""

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from reports.discard import lists, throwing
from reports.orders import book
from reports.stats.following import follow
from store.database import transaction
from store.tasks import later

Write = Callable[[Session], None]

SECONDS: Final = 20.0
"""Of one turn; mails and files of others come between two."""


def throw_away(list_id: int) -> Write:
    """As much of this list as fits into one turn. What was done last is counted first."""
    end = time.monotonic() + SECONDS
    with transaction() as db:
        follow(db)
    with transaction() as db:
        book.book(db)
    if throwing.go_on(list_id, lambda: time.monotonic() > end):
        return lambda db: later(db, "throw_away", list_id=list_id)
    return lambda db: lists.end(db, list_id, "done")


def given_up(list_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so, and may go on."""
    return lambda db: lists.end(db, list_id, "failed")
