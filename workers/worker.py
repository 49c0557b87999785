"""One RQ worker for one queue: a worker on two queues loses jobs when it is killed."""

import faulthandler
import json
import os
from contextlib import nullcontext, suppress
from typing import Any, Final

import redis
import structlog
from rq import SimpleWorker, Worker
from rq.exceptions import AbandonedJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from store import metrics, redis_clients, sql, tasks, traces
from store.database import engine
from store.processes import Notes, noted
from workers.job import jobs_of
from workers.perform import died, load
from workers.table import KINDS

ENDS_WITHIN_SECONDS: Final = 5
"""Who is in code of others hears of the time-out only when it comes back from there: the child is
killed then."""

log = structlog.get_logger()


class PhotoWorker(Worker):
    """Each photo is taken in by a forked child, which is ended when it takes too long; what it has
    counted comes back by a pipe."""

    _from_child = _to_parent = -1

    def fork_work_horse(self, job: Job, queue: Any) -> None:
        self._from_child, self._to_parent = os.pipe()
        os.set_blocking(self._from_child, False)
        os.set_blocking(self._to_parent, False)
        super().fork_work_horse(job, queue)
        os.close(self._to_parent)

    def monitor_work_horse(self, job: Job, *args: Any) -> None:
        try:
            super().monitor_work_horse(job, *args)
            _take_over(self._from_child)
        finally:
            os.close(self._from_child)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        """In the child."""
        metrics.begin_anew()
        done: bool = super().perform_job(*args, **kwargs)
        traces.send()
        with suppress(OSError):
            os.write(self._to_parent, json.dumps(metrics.sums()).encode())
        return done

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """It comes every few seconds, and never while a child is being forked; the child's own is
        no process of its own."""
        super().heartbeat(*args, **kwargs)
        if not self._is_horse:
            _PHOTOS.note_if_due()

    def main_work_horse(self, job: Job, *args: Any, **kwargs: Any) -> None:
        faulthandler.dump_traceback_later(int(job.timeout or 0) + ENDS_WITHIN_SECONDS, exit=True)
        super().main_work_horse(job, *args, **kwargs)

    def handle_work_horse_killed(self, job: Job, *args: Any) -> None:
        _note_death(job)


_WORKERS: Final[dict[str, type[Worker | SimpleWorker]]] = {
    "photos": PhotoWorker,
    "routing": SimpleWorker,
    "messages": SimpleWorker,
    "letters": SimpleWorker,
    "files": SimpleWorker,
}
QUEUES: Final = tuple(_WORKERS)
_NICENESS: Final = {"photos": 10, "routing": 5, "messages": 0, "letters": 5, "files": 10}
"""Who waits for an answer of the web process comes first, then tickets, trials and mails, then
photos and files."""


_PHOTOS: Final = Notes("photos")
MOST_COUNTED_BYTES: Final = 65_536
"""As much as a pipe holds: a child counts some ten lines."""


class CannotGoOn(SystemExit):
    """A worker that ends without having been told to has status 1. `code` holds a sentence."""

    def __init__(self) -> None:
        super().__init__(
            "✗ ワーカーを続けられないので終わります。Redis が動いているか、REDIS_URL が正しいかを"
            "確かめて、もう一度起動してください。"
            " / This worker cannot go on: see whether Redis runs and REDIS_URL is right, then start"
            " it again."
        )


def work(queue: str) -> None:
    """Work on this queue until SIGTERM. Raises CannotGoOn."""
    os.nice(_NICENESS[queue])
    tasks.learn(KINDS)
    load(queue)
    if is_open_to_strangers():
        log.warning("redis_open_to_strangers")
    is_forking = _WORKERS[queue] is not SimpleWorker  # who forks has no threads
    try:
        worker = worker_of(queue)
        with nullcontext() if is_forking else noted(queue):
            worker.work(logging_level="WARNING")
    except redis.RedisError as away:
        raise CannotGoOn from away
    if worker._shutdown_requested_date is None:  # nobody told it to: RQ gives up so without a word
        raise CannotGoOn


def is_open_to_strangers() -> bool:
    """Whether Redis is reached over a network and obeys who gives no password."""
    pool = redis_clients.client(socket_connect_timeout=5).connection_pool
    if "path" in pool.connection_kwargs:
        return False
    for who in ("username", "password"):
        pool.connection_kwargs.pop(who, None)
    try:
        return bool(redis.Redis(connection_pool=pool).ping())
    except redis.RedisError:
        return False
    finally:
        pool.disconnect()


def worker_of(queue: str) -> Worker | SimpleWorker:
    """An RQ worker that notices within seconds what another one left behind."""
    return _WORKERS[queue](
        [queue],
        connection=redis_clients.client(socket_connect_timeout=5),
        serializer=JSONSerializer,
        job_class=jobs_of(queue),
        worker_ttl=30,
        exception_handlers=[_left_behind],
        job_monitoring_interval=5,
        maintenance_interval=30,
        log_job_description=False,
    )


def _take_over(told: int) -> None:
    """What came out of a child; who was killed has said nothing."""
    with suppress(BlockingIOError, ValueError):
        metrics.add(json.loads(os.read(told, MOST_COUNTED_BYTES)))


def _left_behind(job: Job, kind: type[BaseException], *_: Any) -> None:
    """The whole worker was killed: another one sees it once the job has no heartbeat any more."""
    if issubclass(kind, AbandonedJobError):
        _note_death(job)


def _note_death(job: Job) -> None:
    """The next child must not inherit the connection by which this was written down."""
    try:
        died(job.id)
    except SQLAlchemyError as away:
        log.warning("death_not_noted", kind=sql.kind_of(away))
    engine().dispose()
