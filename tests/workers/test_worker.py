"""A worker ends what takes too long, and what dies in it comes back soon."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rq.job import JobStatus
from townsfolk import rows

from store import tasks
from store.database import engine, transaction
from store.tasks import TaskKind
from workers import worker
from workers.worker import worker_of

pytestmark = pytest.mark.usefixtures("database_url")

TASK = "SELECT attempts, due_at - now() < interval '5 s' AS soon, finished_at, error FROM tasks"


@pytest.fixture(autouse=True)
def odd_jobs() -> Iterator[None]:
    known = {kind.name for kind in tasks.kinds()}
    for queue in ("photos", "routing"):
        for work in ("die", "dawdle", "dawdle_deafly"):
            time_out = 60 if work == "die" else 1  # a busy machine may take a second to die
            kind = TaskKind(
                f"{work}_{queue}", queue, f"odd_jobs:{work}", time_out=time_out, lease=300
            )
            tasks.learn([kind, replace(kind, name=f"{work}_fairly_{queue}", fair=True)])
    yield
    for name in {kind.name for kind in tasks.kinds()} - known:
        del tasks._known[name]


def done_by_a_worker(name: str) -> Any:
    """The task's row, after a real RQ worker has come to its job."""
    with transaction() as db:
        tasks.later(db, name)
    engine().dispose()
    worker_of(name.rsplit("_", 1)[-1]).work(burst=True, logging_level="CRITICAL")
    (row,) = rows(TASK)
    return row


def test_what_takes_too_long_is_ended_and_put_off() -> None:
    began = time.monotonic()
    row = done_by_a_worker("dawdle_routing")
    assert time.monotonic() - began < 10
    assert row == (1, True, None, "not done within 1 s")


def test_what_takes_too_long_in_a_child_is_ended_and_put_off() -> None:
    assert done_by_a_worker("dawdle_photos") == (1, True, None, "not done within 1 s")


def test_a_child_that_is_killed_is_not_missed_until_its_lease_is_over() -> None:
    row = done_by_a_worker("die_photos")
    assert row == (1, True, None, "the process that did it was killed")


def test_a_child_that_is_deaf_to_its_time_out_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "ENDS_WITHIN_SECONDS", 1)
    row = done_by_a_worker("dawdle_deafly_photos")
    assert row == (1, True, None, "the process that did it was killed")


@pytest.mark.long
def test_a_child_that_is_killed_at_work_that_was_not_its_jobs_own_is_not_missed_either() -> None:
    with transaction() as db:
        for whose in ("haruka", "haruka", "ichiro"):
            tasks.later(db, "die_fairly_photos", whose=whose)
    engine().dispose()
    worker = worker_of("photos")
    for attempted in range(1, 4):
        worker.work(burst=True, max_jobs=1, logging_level="CRITICAL")
        assert len(rows("SELECT FROM tasks WHERE error LIKE '%was killed'")) == attempted
    assert rows("SELECT FROM tasks WHERE held_by IS NOT NULL OR attempts <> 1") == []


def left_by_a_worker_that_was_killed(held_by: str | None) -> Any:
    """The task's row after another worker has cleaned up; None: the job itself holds it still."""
    with transaction() as db:
        tasks.later(db, "dawdle_routing")
    other = worker_of("routing")
    (queue,) = other.queues
    (job,) = queue.jobs
    queue.remove(job)
    job.set_status(JobStatus.STARTED)
    other.connection.zadd(queue.started_job_registry.key, {f"{job.id}:execution": 1})
    rows(
        "UPDATE tasks SET attempts = 1, due_at = now() + interval '1 min', held_by = :job",
        job=held_by or job.id,
    )
    other.clean_registries()
    (row,) = rows(TASK)
    return row


def test_what_a_killed_worker_left_comes_back_before_its_lease_is_over() -> None:
    row = left_by_a_worker_that_was_killed(held_by=None)
    assert row == (1, True, None, "the process that did it was killed")


@pytest.mark.long
def test_what_somebody_else_has_begun_since_is_left_to_them() -> None:
    assert left_by_a_worker_that_was_killed(held_by="another job") == (1, False, None, None)
