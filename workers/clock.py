"""The clock: sweeps what is due and was not done. It may run on several machines, or pause."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import text

from bot.conversation import hear_everything
from bot.script import DRAFT_LIVES
from reports import photos
from store import tasks
from store.database import transaction
from workers.tasks import abandoned

EVERY_SECONDS: Final = 1.0
TIDY_EVERY: Final = 300
FINISHED_KEPT_FOR: Final = timedelta(days=7)

log = structlog.get_logger()


def run(stop: threading.Event) -> None:
    """Sweep every second until told to stop; trouble is logged and tried again."""
    beat = 0
    while not stop.wait(EVERY_SECONDS):
        try:
            sweep()
            if beat % TIDY_EVERY == 0:
                tidy()
        except Exception:
            log.exception("sweep_failed")
        beat += 1


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


def tidy() -> None:
    """Forget finished tasks, and drafts that were left for a day, with their photos."""
    now = datetime.now(UTC)
    with transaction() as db:
        tasks.forget_finished(db, now - FINISHED_KEPT_FOR)
        for photo_id in photos.forgotten_drafts(db, now - DRAFT_LIVES - timedelta(hours=1)):
            photos.remove(db, photo_id)


_UNSAID: Final = """
    SELECT EXISTS (
        SELECT 1 FROM messages WHERE state = 'waiting' AND due_at < now() - interval '2 s')
    AND NOT EXISTS (SELECT 1 FROM tasks WHERE name = 'send_messages' AND finished_at IS NULL)
"""
