"""RQ at its plainest: a worker that has imported nothing else, doing jobs that do nothing.

    python -m bench.noop REDIS_URL JOBS [forking|simple]

It forks for each job, as RQ does unless told otherwise, or does them itself (simple).
For every line on stdin it does so many jobs, and says in a line of JSON what each took: seconds on
the clock, and seconds of CPU of the worker and its horses.
"""

import json
import resource
import sys
import time
from typing import Final

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer

WORKERS: Final = {"forking": Worker, "simple": SimpleWorker}


def main(redis_url: str, jobs: int, kind: str = "forking") -> None:
    connection = Redis.from_url(redis_url)
    queue = Queue(kind, connection=connection, serializer=JSONSerializer)
    for _ in sys.stdin:
        for _ in range(jobs):
            queue.enqueue("os.getpid", result_ttl=0)
        worker = WORKERS[kind]([queue], connection=connection, serializer=JSONSerializer)
        start, cpu = time.perf_counter(), _cpu()
        worker.work(burst=True, logging_level="ERROR")
        took = [(time.perf_counter() - start) / jobs, (_cpu() - cpu) / jobs]
        if len(queue) or queue.failed_job_registry.count:
            raise SystemExit("not all jobs were done")
        print(json.dumps(took), flush=True)


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])
