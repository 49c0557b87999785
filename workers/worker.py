"""One RQ worker for one queue: a worker on two queues loses jobs when it is killed."""

import os
from typing import Any, Final

import redis
from rq import SimpleWorker, Worker
from rq.serializers import JSONSerializer

from reports.photos.codec.derive import limit_memory
from settings import settings
from workers.perform import load

PHOTO_MEMORY_BYTES: Final = 1_500 * 1024 * 1024


class PhotoWorker(Worker):
    """Each photo is decoded in a forked child that may take so much memory and no more."""

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:
        limit_memory(PHOTO_MEMORY_BYTES)
        super().main_work_horse(*args, **kwargs)


_WORKERS: Final = {
    "photos": PhotoWorker,
    "routing": SimpleWorker,
    "messages": SimpleWorker,
    "letters": SimpleWorker,
}
QUEUES: Final = tuple(_WORKERS)


def work(queue: str) -> None:
    """Work on this queue until SIGTERM. Photos are decoded in a forked child, and niced."""
    if queue == "photos":
        os.nice(10)
    load(queue)
    connection = redis.Redis.from_url(settings().redis_url, socket_connect_timeout=5)
    worker = _WORKERS[queue](
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=30,
        job_monitoring_interval=5,
        maintenance_interval=30,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")
