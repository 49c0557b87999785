"""What each task does, wrapped once: claim, work, and one commit of the result and its end.

A task's work is done outside any transaction and returns what to write; what it returns is written
in the commit that finishes the row. So a worker may be killed at any moment: either all of it
happened or the sweep comes back to it.
"""

from pkgutil import resolve_name

import structlog
from rq import get_current_job
from rq.timeouts import BaseTimeoutException

from store import sql, tasks, traces, turns
from store.database import transaction
from store.metrics import TASK
from store.tasks import Task, TaskKind
from workers.retry import Retry

log = structlog.get_logger()


def perform(task_id: int, name: str) -> None:
    """The one function that RQ calls: do this task, if it is still to be done; of a fair kind, the
    one whose turn it is.

    A name that this version does not know waits for a process of the version that wrote it.
    """
    kind = tasks.kind(name)
    task = _claimed(task_id, kind) if kind else None
    if not kind or not task:
        return
    with traces.span(f"task {name}", "consumer", parent=task.trace, michi_task=task.id) as span:
        with TASK.timed(name) as time:
            time.outcome = _outcome_of(kind, task)
        if time.outcome not in ("done", "overtaken"):
            traces.failed(span, time.outcome)


def _outcome_of(kind: TaskKind, task: Task) -> str:
    """Do it, and say how it ended."""
    name = kind.name
    try:
        _do(kind, task)
    except tasks.Overtaken:
        log.warning("task_overtaken", task=task.id, name=name)
        return "overtaken"
    except BaseTimeoutException:
        log.exception("task_timed_out", task=task.id, name=name)
        _later(task, error=f"not done within {kind.time_out} s")
        return "timed_out"
    except Retry as again:
        seconds = again.seconds(task.attempts)
        _come_back(task, seconds=seconds, error=str(again), counts=again.counts)
        return "put_off"
    except Exception as wrong:
        log.exception("task_failed", task=task.id, name=name)
        _later(task, error=f"{type(wrong).__name__}: {wrong}")
        return "failed"
    return "done"


def abandoned(task: Task) -> None:
    """A row whose every attempt died without a word (a killed worker): give it up, visibly."""
    give_up(task, "every attempt ended without a word")


def died(job: str) -> None:
    """The process of this RQ job is dead, so that nobody need wait until its lease is over."""
    with transaction() as db:
        task = tasks.held_by(db, job)
    if task:
        _later(task, error="the process that did it was killed")


def load(queue: str) -> None:
    """Import what this queue's tasks need: once, in the parent of every fork."""
    for kind in tasks.kinds():
        if kind.queue == queue:
            resolve_name(kind.work)


def _claimed(task_id: int, kind: TaskKind) -> Task | None:
    current = get_current_job()
    job = current.id if current else ""
    with transaction() as db:
        if kind.fair:
            return turns.claim_next(db, kind, job=job)
        return tasks.claim(db, task_id, kind.name, kind.lease, job=job)


def _do(kind: TaskKind, task: Task) -> None:
    write = resolve_name(kind.work)(**task.args)
    with transaction() as db:
        if write:
            write(db)
        tasks.finish(db, task.id)


def _later(task: Task, *, error: str) -> None:
    _come_back(task, seconds=2.0**task.attempts, error=error)


def _come_back(task: Task, *, seconds: float, error: str, counts: bool = True) -> None:
    if counts and task.attempts >= tasks.MOST_ATTEMPTS:
        return give_up(task, error)
    with transaction() as db:
        tasks.put_off(db, task, seconds=seconds, error=error, counts=counts)


def give_up(task: Task, error: str) -> None:
    """No more tries. In a transaction of its own: where the last word cannot be said, the row goes
    all the same.

    While the database is in trouble it stays, and the sweep comes back to it.
    """
    try:
        _give_up_with_a_word(task, error)
    except BaseTimeoutException:
        raise
    except Exception as wrong:
        log.exception("no_last_word", task=task.id, name=task.name)
        if not sql.is_passing(wrong):
            with transaction() as db:
                tasks.give_up(db, task, error=f"{error}; no last word: {type(wrong).__name__}")


def _give_up_with_a_word(task: Task, error: str) -> None:
    kind = tasks.kind(task.name)
    with transaction() as db:
        if kind and kind.give_up:
            resolve_name(kind.give_up)(**task.args)(db)
        tasks.give_up(db, task, error=error)
