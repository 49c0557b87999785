"""What each task does, wrapped once: claim, work, and one commit of the result and its end.

A task's work is done outside any transaction and returns what to write; what it returns is written
in the commit that finishes the row. So a worker may be killed at any moment: either all of it
happened or the sweep comes back to it.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog
from prometheus_client import Counter
from rq.timeouts import BaseTimeoutException
from sqlalchemy.orm import Session

from store import tasks
from store.database import transaction
from store.tasks import Task
from workers import messages, photos, routing
from workers.again import Again

Write = Callable[[Session], None]

WORK: Final[dict[str, Callable[..., Write | None]]] = {
    "take_in_photo": photos.take_in,
    "forget_files": photos.forget_files,
    "route_ticket": routing.route_ticket,
    "send_messages": messages.send_messages,
}
GIVEN_UP: Final[dict[str, Callable[..., Write]]] = {
    "take_in_photo": photos.given_up,
}
DONE: Final = Counter("michi_tasks", "Tasks by name and end", ["name", "end"])

log = structlog.get_logger()


def perform(task_id: int, name: str) -> None:
    """The one function that RQ calls: do this task, if it is still to be done."""
    with transaction() as db:
        task = tasks.claim(db, task_id)
    if task is None:
        return
    try:
        write = WORK[task.name](**task.args)
        with transaction() as db:
            if write:
                write(db)
            tasks.finish(db, task.id)
        DONE.labels(task.name, "done").inc()
    except BaseTimeoutException:
        raise
    except Again as again:
        _come_back(task, seconds=again.seconds, error=str(again))
    except Exception as wrong:
        log.exception("task_failed", task=task.id, name=task.name)
        _come_back(task, seconds=2.0**task.attempts, error=f"{type(wrong).__name__}: {wrong}")


def _come_back(task: Task, *, seconds: float, error: str) -> None:
    with transaction() as db:
        if task.attempts < tasks.MOST_ATTEMPTS:
            tasks.put_off(db, task, seconds=seconds, error=error)
            DONE.labels(task.name, "put_off").inc()
            return
        if task.name in GIVEN_UP:
            GIVEN_UP[task.name](**task.args)(db)
        tasks.give_up(db, task, error=error)
    DONE.labels(task.name, "given_up").inc()


def abandoned(db: Session, task: Task) -> None:
    """A row whose every attempt died without a word (a killed worker): give it up, visibly."""
    if task.name in GIVEN_UP:
        GIVEN_UP[task.name](**_args(task))(db)
    tasks.give_up(db, task, error="every attempt ended without a word")


def _args(task: Task) -> dict[str, Any]:
    return dict(task.args)
