"""Whatever stands in Redis, a worker does nothing but its own tasks, and goes on with them."""

import json
import pickle
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from odd_jobs import TRACES, leave_a_trace
from redis import Redis
from rq import Callback, Queue, Retry, Worker
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.webhook import Webhook
from townsfolk import rows, value

from settings import settings
from store import tasks
from store.database import engine, transaction
from store.tasks import TaskKind
from workers.worker import worker_of

pytestmark = pytest.mark.usefixtures("database_url")

PERFORM = "workers.tasks.perform"
TRACE = "odd_jobs.leave_a_trace"


@pytest.fixture(autouse=True)
def odd_jobs() -> Iterator[None]:
    known = {kind.name for kind in tasks.kinds()}
    for queue in ("routing", "letters"):
        for work, most in (("leave_a_trace", 60), ("dawdle", 1)):
            name = f"{work}_{queue}"
            tasks.learn([TaskKind(name, queue, f"odd_jobs:{work}", time_out=most, lease=300)])
    TRACES.clear()
    yield
    for name in {kind.name for kind in tasks.kinds()} - known:
        del tasks._known[name]


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(settings().redis_url) as connection:
        yield connection


def written(name: str) -> int:
    """A task of this name that nobody was handed; its id."""
    with transaction() as db:
        tasks.later(db, name)
        db.info.clear()
    number: int = value("SELECT max(id) FROM tasks")
    return number


def forged(redis: Redis, function: str, *args: Any, task: int = 7, **more: Any) -> Job:
    """A job in the queue `routing`, as a stranger puts it there."""
    queue = Queue("routing", connection=redis, serializer=JSONSerializer)
    return queue.enqueue(function, *args, job_id=f"task-{task}-0", **more)


@contextmanager
def a_worker(queue: str) -> Iterator[Worker]:
    """Its connections to Redis are closed with it."""
    worker = worker_of(queue)
    try:
        yield worker
    finally:
        worker.connection.close()


def work(queue: str = "routing") -> None:
    """A worker does what it finds; then it does a task of ours."""
    engine().dispose()
    with a_worker(queue) as worker:
        worker.work(burst=True, logging_level="CRITICAL")
    assert TRACES == []
    with transaction() as db:
        tasks.later(db, f"leave_a_trace_{queue}")
    engine().dispose()
    with a_worker(queue) as worker:
        worker.work(burst=True, logging_level="CRITICAL")
    assert len(TRACES) == 1


def untouched(task_id: int) -> bool:
    found: bool = value("SELECT attempts = 0 FROM tasks WHERE id = :id", id=task_id)
    return found


def test_a_function_of_somebody_elses_is_not_called(redis: Redis, tmp_path: Path) -> None:
    forged(redis, "os.mkdir", str(tmp_path / "made"))
    forged(redis, TRACE, task=8)
    work()
    assert not (tmp_path / "made").exists()


LEAVES = "leave_a_trace_routing"
CALLS: dict[str, Callable[[int], Any]] = {
    "a number by its place": lambda number: [PERFORM, None, [number, LEAVES], {}],
    "a method": lambda number: [PERFORM, {"a": 1}, [], {"task_id": number, "name": LEAVES}],
    "another's": lambda number: [TRACE, None, [], {"task_id": number, "name": LEAVES}],
    "the same by another address": lambda number: [
        "workers.perform.perform", None, [], {"task_id": number, "name": LEAVES}
    ],
    "more than ours": lambda number: [
        PERFORM, None, [], {"task_id": number, "name": LEAVES, "more": 1}
    ],
    "less than ours": lambda number: [PERFORM, None, [], {"name": LEAVES}],
    "a number in words": lambda number: [
        PERFORM, None, [], {"task_id": str(number), "name": LEAVES}
    ],
    "truth for a number": lambda number: [PERFORM, None, [], {"task_id": True, "name": LEAVES}],
    "too large a number": lambda number: [PERFORM, None, [], {"task_id": 2**63, "name": LEAVES}],
    "another job's number": lambda number: [
        PERFORM, None, [], {"task_id": number + 1, "name": LEAVES}
    ],
    "no name": lambda number: [PERFORM, None, [], {"task_id": number, "name": [LEAVES]}],
    "nobody's name": lambda number: [
        PERFORM, None, [], {"task_id": number, "name": "odd_jobs:leave_a_trace"}
    ],
    "a longer call": lambda number: [PERFORM, None, [], {"task_id": number, "name": LEAVES}, 1],
    "no call": lambda number: {"task_id": number, "name": LEAVES},
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_of_another_form_is_refused(redis: Redis, call: Callable[[int], Any]) -> None:
    number = written(LEAVES)
    job = forged(redis, PERFORM, task=number)
    redis.hset(job.key, "data", zlib.compress(json.dumps(call(number)).encode()))
    work()
    assert untouched(number)


def _pickled() -> bytes:
    class Trap:
        def __reduce__(self) -> Any:
            return leave_a_trace, ()

    return zlib.compress(pickle.dumps(Trap()))


def _swollen() -> bytes:
    call = [PERFORM, None, [], {"task_id": 7, "name": LEAVES}]
    return zlib.compress(json.dumps(call).encode() + b" " * 100_000_000)


FIELDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a pickle": ("data", _pickled),
    "what swells": ("data", _swollen),
    "nothing": ("data", lambda: b""),
    "no compression": ("data", lambda: b"[]"),
    "deep brackets": ("data", lambda: zlib.compress(b"[" * 4_000)),
    "no status": ("status", lambda: b"dancing"),
}


@pytest.mark.parametrize(("name", "what"), FIELDS.values(), ids=FIELDS)
def test_fields_of_another_form_are_refused(
    redis: Redis, name: str, what: Callable[[], bytes]
) -> None:
    job = forged(redis, PERFORM, kwargs={"task_id": 7, "name": LEAVES})
    redis.hset(job.key, name, what())
    work()


@pytest.mark.parametrize("id", ["bad id!", "", "../task-7-0", "7", "task-7-0:x", "x" * 9_999])
def test_an_id_of_another_form_ends_no_worker(redis: Redis, id: str) -> None:
    redis.lpush("rq:queue:routing", id)
    redis.lpush("rq:queue:routing:intermediate", id)
    redis.hset(f"rq:job:{id}", "data", "x")
    work()
    with a_worker("routing") as worker:
        worker.clean_registries()


def test_nothing_is_called_before_beside_or_after_a_task(redis: Redis) -> None:
    task_id = written("dawdle_routing")
    with _listening() as (address, heard):
        forged(
            redis,
            PERFORM,
            task=task_id,
            kwargs={"task_id": task_id, "name": "dawdle_routing"},
            on_success=Callback(TRACE),
            on_failure=Callback(TRACE),
            on_stopped=Callback(TRACE),
            retry=Retry(3),
            webhooks=[Webhook(address, "finished"), Webhook(address, "failed")],
            job_timeout=600,
        )
        work()
    assert heard == []
    error = value("SELECT error FROM tasks WHERE id = :id", id=task_id)
    assert error == "not done within 1 s"


def test_nothing_is_called_for_a_job_that_looks_abandoned(redis: Redis) -> None:
    job = forged(redis, TRACE, on_failure=Callback(TRACE))
    job.set_status(JobStatus.STARTED)
    started = StartedJobRegistry("routing", connection=redis, serializer=JSONSerializer)
    redis.zadd(started.key, {f"{job.id}:execution": 1})
    for registry in ("ready", "deferred", "scheduled", "failed"):
        redis.zadd(f"rq:{registry}:routing", {job.id: 1})
    with a_worker("routing") as worker:
        worker.clean_registries()
    work()


def test_a_task_is_done_by_workers_of_its_queue_alone(redis: Redis) -> None:
    """Who decodes photos has limits that others have not."""
    task_id = written("leave_a_trace_letters")
    call = {"task_id": task_id, "name": "leave_a_trace_letters"}
    forged(redis, PERFORM, task=task_id, kwargs=call)
    work()
    assert untouched(task_id)


def test_a_task_is_not_done_under_anothers_name(redis: Redis) -> None:
    task_id = written("leave_a_trace_letters")
    call = {"task_id": task_id, "name": "leave_a_trace_routing"}
    forged(redis, PERFORM, task=task_id, kwargs=call)
    work()
    assert untouched(task_id)


def test_what_is_ours_is_done_however_it_was_handed_over(redis: Redis) -> None:
    """As processes of 0.4.0 do it."""
    task_id = written("dawdle_routing")
    call = {"task_id": task_id, "name": "dawdle_routing"}
    forged(redis, PERFORM, task=task_id, kwargs=call, result_ttl=0, failure_ttl=3600, ttl=86_400)
    work()
    assert rows("SELECT attempts FROM tasks WHERE id = :id", id=task_id) == [(1,)]


class _listening:
    """Somebody who hears whether he is called."""

    def __enter__(self) -> tuple[str, list[str]]:
        heard: list[str] = []

        class Hearing(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(200)
                self.end_headers()

        self._server = HTTPServer(("127.0.0.1", 0), Hearing)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}/", heard

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
