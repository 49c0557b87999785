"""The RQ jobs by which tasks get done: names and ids in plain JSON, one in the queue for a row.

Of a fair kind a job does not stand for its row: it is a turn, and whoever comes to it looks whose.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import redis
import structlog
from rq import Queue
from rq.serializers import JSONSerializer

from settings import WrongSettings, settings
from store import tasks
from store.tasks import Task, TaskKind

JOB_LIVES_SECONDS: Final = 24 * 3600
"""In a queue that nobody works on; who comes to it later is handed the row anew."""
FAILED_KEPT_SECONDS: Final = 3600

log = structlog.get_logger()


def hand_over(written: Iterable[Task]) -> None:
    """Give tasks that were just committed to RQ. Redis being away loses nothing: the sweep comes.

    A name that this version does not know waits for a process of the version that wrote it.
    """
    try:
        for kind, its_tasks in _by_kind(written).items():
            _enqueue(kind, its_tasks)
    except (
        redis.RedisError,
        WrongSettings,
    ) as away:  # no REDIS_URL: of a command, which needs none
        log.warning("tasks_not_handed_over", error=type(away).__name__)


def hand_over_again(due: Iterable[Task]) -> None:
    """The same for rows that wait; those whose job is still in its queue are left in their turn."""
    try:
        for kind, its_tasks in _by_kind(due).items():
            _enqueue(kind, _without_job(kind, its_tasks, _queue(kind.queue).job_ids))
    except redis.RedisError as away:
        log.warning("tasks_not_handed_over", error=type(away).__name__)


@lru_cache(maxsize=1)
def quick_redis() -> redis.Redis:
    """A client that answers or fails within half a second: a request never waits for Redis."""
    return redis.Redis.from_url(
        settings().redis_url,
        socket_connect_timeout=0.3,
        socket_timeout=0.5,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
    )


@lru_cache
def _queue(name: str) -> Queue:
    return Queue(name, connection=quick_redis(), serializer=JSONSerializer)


def _by_kind(handed: Iterable[Task]) -> Mapping[TaskKind, list[Task]]:
    sorted_out: dict[TaskKind, list[Task]] = defaultdict(list)
    for task in handed:
        if kind := tasks.kind(task.name):
            sorted_out[kind].append(task)
    return sorted_out


def _without_job(kind: TaskKind, its_tasks: list[Task], there: Sequence[str]) -> list[Task]:
    if kind.fair:
        return its_tasks[sum(job.startswith(f"{kind.name}-") for job in there) :]
    return [task for task in its_tasks if _id_of(kind, task) not in there]


def _enqueue(kind: TaskKind, its_tasks: Iterable[Task]) -> None:
    if jobs := [_as_job(kind, task) for task in its_tasks]:
        _queue(kind.queue).enqueue_many(jobs)


def _as_job(kind: TaskKind, task: Task) -> Any:
    return Queue.prepare_data(
        "workers.tasks.perform",
        kwargs={"task_id": task.id, "name": task.name},
        job_id=_id_of(kind, task),
        description=f"{task.name} {_ids_in(task.args)}",
        timeout=kind.time_out,
        result_ttl=0,
        failure_ttl=FAILED_KEPT_SECONDS,
        ttl=JOB_LIVES_SECONDS,
    )


def _id_of(kind: TaskKind, task: Task) -> str:
    """It ends with the attempts made, as processes of the version before expect."""
    name = f"{kind.name}-{secrets.token_hex(8)}" if kind.fair else f"task-{task.id}"
    return f"{name}-{task.attempts}"


def _ids_in(args: Mapping[str, Any]) -> dict[str, int]:
    """What Redis and the log of RQ may show: our own numbers, and nobody's LINE user id."""
    return {name: value for name, value in args.items() if isinstance(value, int)}
