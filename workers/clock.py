"""The clock: sweeps what is due and was not done. It may run on several machines, or pause."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import inbox
from bot.dialogue.draft import DRAFT_LIVES
from bot.hearing import hear_everything
from bot.line.reach import look_at_quota
from reports.actions.ask import wait_no_longer
from reports.documents import digest
from reports.photos import intake
from reports.privacy.erase import forget_said
from reports.privacy.retention import forget_drafts, year_after_closing
from store import tasks
from store.database import transaction
from workers.perform import abandoned

EVERY_SECONDS: Final = 1.0
FINISHED_KEPT_FOR: Final = timedelta(days=7)
EVENTS_KEPT_FOR: Final = timedelta(days=30)

log = structlog.get_logger()


def run(stop: threading.Event) -> None:
    """Sweep every second until told to stop."""
    number = 0
    while not stop.wait(EVERY_SECONDS):
        beat(number)
        number += 1


def beat(number: int) -> None:
    """What is to be done at this second. Trouble with one duty is logged and keeps no other up."""
    for duty, every in _DUTIES.items():
        if number % every == 0:
            try:
                duty()
            except Exception:
                log.exception("duty_failed", duty=duty.__name__)


def sweep() -> None:
    """Hand due tasks to RQ again, hear what no web process heard, say what nobody said."""
    with transaction() as db:
        due = tasks.due(db)
        for task in [task for task in due if task.attempts >= tasks.MOST_ATTEMPTS]:
            abandoned(db, task)
        if db.scalar(text(_UNSAID)):
            tasks.later(db, "send_messages")
    tasks.hand_over(task for task in due if task.attempts < tasks.MOST_ATTEMPTS)
    hear_everything()


def report_dues(now: datetime | None = None) -> None:
    """Tell every department once a day what is due, when no answer is waited for in vain."""
    now = now or datetime.now(UTC)
    with transaction() as db:
        wait_no_longer(db, now)
    with transaction() as db:
        digest.write_mails(db, now)


def tidy() -> None:
    """Forget what was only kept for a while: finished work, left drafts, old events and people."""
    now = datetime.now(UTC)
    with transaction() as db:
        tasks.forget_finished(db, now - FINISHED_KEPT_FOR)
        for photo_id in intake.forgotten_drafts(db, now - DRAFT_LIVES - timedelta(hours=1)):
            intake.remove(db, photo_id)
        forget_drafts(db, now - DRAFT_LIVES)
        forget_said(db)
    _piece_by_piece(lambda db: year_after_closing(db, now))
    _piece_by_piece(lambda db: inbox.tidy(db, now - EVENTS_KEPT_FOR))


def _piece_by_piece(forget: Callable[[Session], int]) -> None:
    """Each piece is a commit of its own, so that nobody waits long for its locks."""
    gone = 1
    while gone:
        with transaction() as db:
            gone = forget(db)


_DUTIES: Final[dict[Callable[[], object], int]] = {
    sweep: 1,
    report_dues: 60,
    tidy: 300,
    look_at_quota: 600,
}
"""Each once in so many seconds."""
_UNSAID: Final = """
    SELECT EXISTS (
        SELECT 1 FROM messages WHERE state = 'waiting' AND due_at < now() - interval '2 s')
    AND NOT EXISTS (SELECT 1 FROM tasks WHERE name = 'send_messages' AND finished_at IS NULL)
"""
