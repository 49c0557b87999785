"""A list as a file that takes longer than somebody waits in front of a page."""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reports.documents.exports import forms, kept
from store.database import transaction
from store.photo_files import FilesAway
from workers.retry import Retry

Write = Callable[[Session], None]

SECONDS: Final = 1_500
"""From then on no further tickets are read; a million for Excel take some ten minutes."""
STORE_SECONDS: Final = 5.0

log = structlog.get_logger()


class _TooSlow(Exception):
    """It would take longer than SECONDS."""


def make_export(export_id: int) -> Write | None:
    """Make this file, telling how far it is. Somebody waits for it: what fails for good ends it at
    once."""
    with transaction() as db:
        asked = kept.asked_in(db, export_id)
    if asked is None:
        return None
    try:
        return _made(export_id, *asked)
    except FilesAway as away:
        raise Retry(STORE_SECONDS, "photo store is away") from away
    except (SQLAlchemyError, BaseTimeoutException):
        raise
    except Exception:
        log.exception("export_failed", export=export_id)
        return given_up(export_id)


def given_up(export_id: int) -> Write:
    """After the last attempt: whoever waits for it reads so."""
    return lambda db: kept.fail(db, export_id)


def _made(export_id: int, asked: forms.Asked, total: int) -> Write:
    """The file lies on this machine's disk until the commit."""
    end = time.monotonic() + SECONDS

    def note(done: int) -> None:
        if time.monotonic() > end:
            raise _TooSlow(f"{done} of {total}")
        if done % kept.TOLD_EVERY == 0:
            with transaction() as db:
                kept.note(db, export_id, done)

    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile(prefix="michi-export-"))
        for piece in forms.make(asked, kept.ids(export_id), note):
            file.write(piece)
        still_open = stack.pop_all()

    def write(db: Session) -> None:
        with still_open:
            kept.keep(db, export_id, forms.blocks(file))

    return write
