"""What somebody has asked to be cleared away: some of it at a time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.privacy import clearing
from store.tasks import later
from workers.privacy import STEPS

Write = Callable[[Session], None]

SECONDS: Final = 20.0
"""Of one turn; mails and files of others come between two."""


def clear_away(clearing_id: int) -> Write:
    """As much of this run as fits into one turn."""
    end = time.monotonic() + SECONDS
    if clearing.go_on(clearing_id, STEPS, lambda: time.monotonic() > end):
        return lambda db: later(db, "clear_away", clearing_id=clearing_id)
    return lambda db: clearing.end(db, clearing_id, "done", datetime.now(UTC))


def given_up(clearing_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so; the clock goes on with what is due."""
    return lambda db: clearing.end(db, clearing_id, "failed", datetime.now(UTC))
