"""A ticket's record (経緯書), made after the commit by which it was asked for."""

import time
from collections.abc import Callable
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reports.documents.record import making, pdf
from reports.photos.photo_store import photo_store
from reports.records import kept, keys
from store.database import transaction
from store.photo_files import FilesAway
from workers.retry import Retry

Write = Callable[[Session], None]

SECONDS: Final = 200
"""From then on no further photos are read."""
STORE_SECONDS: Final = 5.0

log = structlog.get_logger()


class _TooSlow(Exception):
    """It would take longer than SECONDS."""


def make_record(record_id: int) -> Write | None:
    """Make this record, telling how far it is. Somebody waits for it: what fails for good ends it
    at once."""
    with transaction() as db:
        told = making.told(db, record_id)
    if told is None:
        return None
    with transaction() as db:
        private = keys.signer(db)
    end = time.monotonic() + SECONDS

    def note(done: int, total: int) -> None:
        if time.monotonic() > end:
            raise _TooSlow(f"{done} of {total}")
        with transaction() as db:
            kept.note(db, record_id, done, total)

    try:
        made = pdf.draw(told, private, photo_store(), note)
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away") from away
    except (SQLAlchemyError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("record_failed", record=record_id)
        return given_up(record_id)

    def write(db: Session) -> None:
        if making.is_overtaken(db, told):
            kept.fail(db, record_id)
        else:
            kept.keep(db, record_id, made)

    return write


def given_up(record_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so."""
    return lambda db: kept.fail(db, record_id)
