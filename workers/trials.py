"""A routing table tried on past tickets, a piece at a time; new tickets are routed in between."""

import time
from collections.abc import Callable
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reports.routing import trial_runs
from store.database import transaction

Write = Callable[[Session], None]

SECONDS: Final = 0.5
"""Of one piece, so that a new ticket does not wait long to be routed."""

log = structlog.get_logger()


def try_rules(trial_id: int) -> Write | None:
    """A piece more of this trial. Somebody waits for it: what fails for good ends it at once."""
    end = time.monotonic() + SECONDS
    try:
        with transaction() as db:
            piece = trial_runs.look_on(db, trial_id, lambda: time.monotonic() > end)
    except (SQLAlchemyError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("trial_failed", trial=trial_id)
        return given_up(trial_id)
    return (lambda db: trial_runs.keep(db, trial_id, piece)) if piece else None


def given_up(trial_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so, and the next one begins."""
    return lambda db: trial_runs.fail(db, trial_id)
