"""What each task does, wrapped once: claim, work, and one commit of the result and its end.

A task's work is done outside any transaction and returns what to write; what it returns is written
in the commit that finishes the row. So a worker may be killed at any moment: either all of it
happened or the sweep comes back to it.
"""

from pkgutil import resolve_name
from typing import Final

import structlog
from rq.timeouts import BaseTimeoutException
from sqlalchemy.orm import Session

from store import tasks
from store.database import transaction
from store.tasks import Task
from workers.retry import Retry

WORK: Final = {
    "take_in_photo": "workers.photos:take_in",
    "forget_files": "workers.photos:forget_files",
    "route_ticket": "workers.routing:route_ticket",
    "send_messages": "workers.delivery:send_messages",
    "show_menu": "workers.menu:show_menu",
    "send_mail": "workers.mail:send_mail",
}
GIVEN_UP: Final = {
    "take_in_photo": "workers.photos:given_up",
    "send_mail": "workers.mail:given_up",
}
"""By name, so that a worker loads only what its queue needs: LINE's SDK takes a second."""

log = structlog.get_logger()


def perform(task_id: int, name: str) -> None:
    """The one function that RQ calls: do this task, if it is still to be done."""
    with transaction() as db:
        task = tasks.claim(db, task_id)
    if task is None:
        return
    try:
        write = resolve_name(WORK[task.name])(**task.args)
        with transaction() as db:
            if write:
                write(db)
            tasks.finish(db, task.id)
    except BaseTimeoutException:
        raise
    except Retry as again:
        _come_back(task, seconds=again.seconds(task.attempts), error=str(again))
    except Exception as wrong:
        log.exception("task_failed", task=task.id, name=task.name)
        _come_back(task, seconds=2.0**task.attempts, error=f"{type(wrong).__name__}: {wrong}")


def abandoned(db: Session, task: Task) -> None:
    """A row whose every attempt died without a word (a killed worker): give it up, visibly."""
    _give_up(db, task, "every attempt ended without a word")


def load(queue: str) -> None:
    """Import what this queue's tasks need: once, in the parent of every fork."""
    for name, work in WORK.items():
        if tasks.QUEUE_OF[name] == queue:
            resolve_name(work)


def _come_back(task: Task, *, seconds: float, error: str) -> None:
    with transaction() as db:
        if task.attempts < tasks.MOST_ATTEMPTS:
            tasks.put_off(db, task, seconds=seconds, error=error)
        else:
            _give_up(db, task, error)


def _give_up(db: Session, task: Task, error: str) -> None:
    if task.name in GIVEN_UP:
        resolve_name(GIVEN_UP[task.name])(**task.args)(db)
    tasks.give_up(db, task, error=error)
