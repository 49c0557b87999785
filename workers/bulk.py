"""What staff want done to many tickets, some at a time; new tickets are routed in between."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from reports.actions import bulk_runs
from store.tasks import later

Write = Callable[[Session], None]

SECONDS: Final = 1.0
"""Of one piece."""
PAUSE: Final = timedelta(seconds=5)
"""Where somebody else is at it: they end it, or die."""


def go_on(run_id: int) -> Write | None:
    """Some tickets more of this run."""
    end = time.monotonic() + SECONDS
    left = bulk_runs.go_on(run_id, lambda: time.monotonic() > end)
    if not left:
        return None
    after = PAUSE if left is bulk_runs.Left.ANOTHERS else timedelta(0)
    return lambda db: later(db, "go_on_with_bulk", after=after, run_id=run_id)


def given_up(run_id: int) -> Write:
    """After the last attempt: the ticket that nothing can be done to is left out, the rest goes
    on."""

    def leave_out(db: Session) -> None:
        if bulk_runs.leave_out(db, run_id):
            later(db, "go_on_with_bulk", run_id=run_id)

    return leave_out
