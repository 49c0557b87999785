"""Work to do after the commit: written with the facts, handed over, claimed once, never lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session
from townsfolk import HARUKA, rows, value

from settings import settings
from store import jobs as store_jobs
from store import tasks
from store.database import transaction

NOW = datetime.now(UTC)
LEASE = 60
DUE = "UPDATE tasks SET due_at = now() - interval '1 s'"
HANDED_LONG_AGO = "UPDATE tasks SET handed_at = now() - interval '1 min'"


@pytest.fixture(autouse=True)
def redis(database_url: str) -> Redis:
    """The test's own Redis, empty."""
    connection: Redis = Redis.from_url(settings().redis_url)
    connection.flushall()
    return connection


def jobs(redis: Redis, queue: str) -> list[dict[str, Any]]:
    """What RQ's own tools would show of the jobs of a queue."""
    waiting = Queue(queue, connection=redis, serializer=JSONSerializer).job_ids
    fetched = [Job.fetch(name, connection=redis, serializer=JSONSerializer) for name in waiting]
    return [{"function": job.func_name, **job.kwargs} for job in fetched]


def written(name: str = "route_ticket", **args: Any) -> int:
    """A committed task; its id."""
    with transaction() as db:
        tasks.later(db, name, **(args or {"ticket_id": 7}))
    number: int = value("SELECT max(id) FROM tasks")
    return number


def claimed(task_id: int, name: str = "route_ticket") -> tasks.Task | None:
    with transaction() as db:
        return tasks.claim(db, task_id, name, LEASE)


def due() -> list[tasks.Task]:
    with transaction() as db:
        return tasks.due(db)


def ended(task_id: int) -> Any:
    return rows(
        "SELECT finished_at IS NOT NULL AS done, gave_up_at IS NOT NULL AS given_up, error"
        " FROM tasks WHERE id = :id",
        id=task_id,
    )[0]


def _written_and_finished(task_id: int) -> None:
    with transaction() as db:
        tasks.later(db, "send_messages")
        tasks.finish(db, task_id)


def rolled_back(work: Callable[[Session], None]) -> None:
    """Does it in a transaction that then fails with ZeroDivisionError."""
    with transaction() as db:
        work(db)
        raise ZeroDivisionError


@contextmanager
def redis_away() -> Iterator[None]:
    """A Redis that does not answer, as this process sees it."""
    real, settings().redis_url = settings().redis_url, "redis://127.0.0.1:9/0"
    forget_redis()
    yield
    settings().redis_url = real
    forget_redis()


def forget_redis() -> None:
    store_jobs.quick_redis.cache_clear()
    store_jobs._queue.cache_clear()


def test_a_committed_task_is_a_row_and_a_job_in_its_queue(redis: Redis) -> None:
    for kind in tasks.kinds():
        redis.flushall()
        task_id = written(kind.name)
        assert jobs(redis, kind.queue) == [
            {"function": "workers.tasks.perform", "task_id": task_id, "name": kind.name}
        ]
        row = rows("SELECT name, queue, args, attempts, finished_at FROM tasks ORDER BY id")[-1]
        assert row == (kind.name, kind.queue, {"ticket_id": 7}, 0, None)


def test_what_is_rolled_back_leaves_neither_row_nor_job(redis: Redis) -> None:
    with pytest.raises(ZeroDivisionError):
        rolled_back(lambda db: tasks.later(db, "route_ticket", ticket_id=7))
    assert value("SELECT count(*) FROM tasks") == 0
    assert redis.dbsize() == 0


def test_no_job_is_to_be_seen_before_the_commit(redis: Redis) -> None:
    with transaction() as db:
        tasks.later(db, "route_ticket", ticket_id=7)
        assert redis.dbsize() == 0
    assert len(jobs(redis, "routing")) == 1


def test_a_job_shows_redis_no_persons_id() -> None:
    kind = tasks.kind("show_menu")
    assert kind
    job = store_jobs._as_job(kind, tasks.Task(7, kind.name, {"person": HARUKA, "photo_id": 3}))
    assert job.description == "show_menu {'photo_id': 3}"
    assert HARUKA not in str(job)


def test_an_unknown_task_cannot_be_written() -> None:
    with pytest.raises(KeyError), transaction() as db:
        tasks.later(db, "paint_the_road")


def test_with_redis_away_the_row_stays_and_is_handed_over_later(redis: Redis) -> None:
    with redis_away():
        task_id = written()
    assert redis.dbsize() == 0
    assert due() == [], "it may still be on its way"
    rows(HANDED_LONG_AGO)
    store_jobs.hand_over_again(due())
    assert [job["task_id"] for job in jobs(redis, "routing")] == [task_id]


def test_an_emptied_redis_loses_nothing(redis: Redis) -> None:
    written()
    written()
    redis.flushall()
    rows(HANDED_LONG_AGO)
    store_jobs.hand_over_again(due())
    assert len(jobs(redis, "routing")) == 2


def test_work_for_later_is_not_handed_over_before_its_time(redis: Redis) -> None:
    with transaction() as db:
        tasks.later(db, "send_messages", after=timedelta(hours=1))
    assert (redis.dbsize(), due()) == (0, [])
    assert claimed(value("SELECT id FROM tasks")) is None
    rows(DUE)
    assert len(due()) == 1


def test_what_is_due_is_handed_over_by_one_sweep_only() -> None:
    written()
    rows(HANDED_LONG_AGO)
    assert len(due()) == 1
    assert due() == []


def test_two_sweeps_at_once_share_what_is_due() -> None:
    for _ in range(4):
        written()
    rows(HANDED_LONG_AGO)
    with transaction() as one, transaction() as other:
        first, second = tasks.due(one, limit=3), tasks.due(other, limit=3)
    assert (len(first), len(second)) == (3, 1)
    assert {task.id for task in first} & {task.id for task in second} == set()


def test_a_task_is_claimed_once_until_its_lease_is_over() -> None:
    task_id = written(photo_id=7)
    assert claimed(task_id) == tasks.Task(task_id, "route_ticket", {"photo_id": 7}, attempts=1)
    assert claimed(task_id) is None
    lease = value("SELECT due_at - now() FROM tasks")
    assert timedelta(0) < lease <= timedelta(seconds=LEASE)
    rows(DUE)
    again = claimed(task_id)
    assert again
    assert again.attempts == 2


def test_a_row_is_claimed_by_its_own_name_alone() -> None:
    task_id = written()
    assert claimed(task_id, "forget_files") is None
    assert claimed(task_id)


def test_of_two_workers_at_once_one_gets_the_task() -> None:
    task_id = written()
    with transaction() as one:
        assert tasks.claim(one, task_id, "route_ticket", LEASE)
        with transaction() as other:
            assert tasks.due(other) == []
    assert claimed(task_id) is None


def test_a_task_that_was_killed_in_the_middle_is_handed_over_after_its_lease(redis: Redis) -> None:
    task_id = written()
    claimed(task_id)
    rows(HANDED_LONG_AGO)
    assert due() == []
    rows(DUE)
    store_jobs.hand_over_again(due())
    assert [job["task_id"] for job in jobs(redis, "routing")] == [task_id, task_id]


def test_a_task_whose_job_still_waits_in_its_queue_is_not_put_there_again(redis: Redis) -> None:
    """Behind a long queue each copy would be one more job that does nothing."""
    waiting = [written(), written()]
    for _ in range(3):
        rows(HANDED_LONG_AGO)
        store_jobs.hand_over_again(due())
    assert [job["task_id"] for job in jobs(redis, "routing")] == waiting


def test_a_job_that_vanished_before_anybody_claimed_it_is_put_there_again(redis: Redis) -> None:
    """A worker may die between taking a job and claiming its row; what RQ notes of it is no use."""
    task_id = written()
    queue = Queue("routing", connection=redis, serializer=JSONSerializer)
    redis.lpop(queue.key)
    rows(HANDED_LONG_AGO)
    store_jobs.hand_over_again(due())
    assert [job["task_id"] for job in jobs(redis, "routing")] == [task_id]


def test_a_task_that_only_another_version_knows_waits_for_it(redis: Redis) -> None:
    written()
    rows("UPDATE tasks SET name = 'paint_the_road'")
    redis.flushall()
    rows(HANDED_LONG_AGO)
    store_jobs.hand_over_again(due())
    assert redis.dbsize() == 0
    assert value("SELECT count(*) FROM tasks WHERE finished_at IS NULL") == 1


def test_a_finished_task_is_never_claimed_again() -> None:
    task_id = written()
    claimed(task_id)
    with transaction() as db:
        tasks.finish(db, task_id)
    rows(DUE)
    assert claimed(task_id) is None
    assert due() == []
    assert ended(task_id) == (True, False, None)


def test_what_somebody_else_has_finished_meanwhile_is_not_written_twice() -> None:
    task_id = written()
    claimed(task_id)
    with transaction() as db:
        tasks.finish(db, task_id)
    with pytest.raises(tasks.Overtaken):
        _written_and_finished(task_id)
    assert value("SELECT count(*) FROM tasks") == 1


def test_the_end_of_a_task_is_part_of_the_commit_of_its_result() -> None:
    task_id = written()
    claimed(task_id)
    with pytest.raises(ZeroDivisionError):
        rolled_back(lambda db: tasks.finish(db, task_id))
    assert ended(task_id).done is False


def test_a_task_that_is_put_off_comes_back_and_says_why() -> None:
    task_id = written()
    task = claimed(task_id)
    assert task
    with transaction() as db:
        tasks.put_off(db, task, seconds=30, error="LINE is away" * 100)
    assert claimed(task_id) is None
    assert ended(task_id).error == ("LINE is away" * 100)[:500]
    rows(DUE)
    assert [again.attempts for again in due()] == [1]


def test_what_was_no_attempt_is_not_counted_as_one() -> None:
    task_id = written()
    for _ in range(tasks.MOST_ATTEMPTS + 1):
        task = claimed(task_id)
        assert task
        assert task.attempts == 1
        with transaction() as db:
            tasks.put_off(db, task, seconds=2, error="others are at it", counts=False)
        rows(DUE)


def test_who_comes_too_late_puts_off_nothing_that_another_has_begun() -> None:
    task_id = written()
    late = claimed(task_id)
    rows(DUE)
    assert late
    assert claimed(task_id)
    with transaction() as db:
        tasks.put_off(db, late, seconds=1, error="too late")
    left = value("SELECT due_at - now() FROM tasks")
    assert left > timedelta(seconds=LEASE - 10)
    assert ended(task_id).error is None


def test_a_task_that_is_given_up_stays_to_be_seen() -> None:
    task_id = written()
    task = claimed(task_id)
    assert task
    with transaction() as db:
        tasks.give_up(db, task, error="no use")
    assert ended(task_id) == (True, True, "no use")
    with transaction() as db:
        assert tasks.forget_finished(db, NOW + timedelta(days=400)) == 0


def test_finished_tasks_are_forgotten_after_a_while() -> None:
    old, young = written(), written()
    with transaction() as db:
        tasks.finish(db, old)
        tasks.finish(db, young)
    rows("UPDATE tasks SET finished_at = now() - interval '8 days' WHERE id = :id", id=old)
    with transaction() as db:
        assert tasks.forget_finished(db, NOW - timedelta(days=7)) == 1
    assert rows("SELECT id FROM tasks") == [(young,)]


def test_finished_tasks_are_forgotten_in_pieces() -> None:
    rows(
        "INSERT INTO tasks (name, queue, args, due_at, finished_at) SELECT 'n', 'q', '{}', now(),"
        " now() - interval '8 days' FROM generate_series(1, :many)",
        many=tasks.MOST_FORGOTTEN + 1,
    )
    for gone in (tasks.MOST_FORGOTTEN, 1, 0):
        with transaction() as db:
            assert tasks.forget_finished(db, NOW - timedelta(days=7)) == gone
