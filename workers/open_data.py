"""Open data: a month is made, by itself or for whoever asked for it."""

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reports.documents.open_data import make, versions
from store.database import transaction

Write = Callable[[Session], None]

SECONDS: Final = 200
"""From then on nothing further is read; twenty thousand tickets take a few."""
TOLD_EVERY: Final = 1.0

log = structlog.get_logger()


class _TooSlow(Exception):
    """It would take longer than SECONDS."""


def make_open_data(run_id: int) -> Write | None:
    """Make this month, telling how far it is. What fails for good ends it at once, and is tried
    again by the next turn or whoever asks."""
    with transaction() as db:
        month = versions.month_asked(db, run_id)
    if month is None:
        return None
    try:
        return _made(run_id, month)
    except (SQLAlchemyError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("open_data_failed", run=run_id)
        return given_up(run_id)


def given_up(run_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so."""
    return lambda db: versions.fail(db, run_id)


def _made(run_id: int, month: date) -> Write:
    """The files lie on this machine's disk until the commit."""
    end, told = time.monotonic() + SECONDS, 0.0

    def note(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now > end:
            raise _TooSlow(f"{done} of {total}")
        if now >= told + TOLD_EVERY:
            told = now
            with transaction() as db:
                versions.note(db, run_id, done, total)

    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="michi-open-data-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        made = make.make(month, folder, note)
        still_there = stack.pop_all()

    def write(db: Session) -> None:
        with still_there:
            versions.keep(db, run_id, made, datetime.now(UTC))

    return write
