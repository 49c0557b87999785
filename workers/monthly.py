"""The monthly report: made, by itself or for whoever asked for it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reports.documents.monthly import facts, pdf, versions
from reports.photos.photo_store import photo_store
from store.database import transaction
from store.photo_files import FilesAway
from workers.retry import Retry

Write = Callable[[Session], None]

STORE_SECONDS: Final = 5.0

log = structlog.get_logger()


def make_monthly_report(run_id: int) -> Write | None:
    """Make this month's report, telling how far it is. What fails for good ends it at once, and is
    tried again by whoever asks, and by the clock some hours later."""
    with transaction() as db:
        month = versions.month_asked(db, run_id)
        if month is None:
            return None
        told = facts.facts_of(db, month)
    try:
        made = pdf.make(told, photo_store(), lambda step: _note(run_id, step))
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away") from away
    except (SQLAlchemyError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("monthly_report_failed", run=run_id)
        return given_up(run_id)
    sha256 = hashlib.sha256(made.data).hexdigest()

    def write(db: Session) -> None:
        versions.keep(db, run_id, made, sha256, datetime.now(UTC))

    return write


def given_up(run_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so."""
    return lambda db: versions.fail(db, run_id)


def _note(run_id: int, step: int) -> None:
    with transaction() as db:
        versions.note(db, run_id, step, pdf.STEPS)
