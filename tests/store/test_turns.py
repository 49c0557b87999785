"""Whose turn it is: one person's many photos keep nobody else waiting, whoever is killed."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from townsfolk import rows, value

from settings import settings
from store import jobs, tasks, turns
from store.database import transaction
from workers.perform import perform

KIND = tasks.TaskKind(
    "take_turns", queue="photos", work="odd_jobs:nothing", time_out=10, lease=60, fair=True
)
DUE = "UPDATE tasks SET due_at = now() - interval '1 s'"
HANDED_LONG_AGO = "UPDATE tasks SET handed_at = now() - interval '1 min'"

pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    tasks.learn([KIND])
    yield
    del tasks._known[KIND.name]


def written(*people: str) -> None:
    """A task of each of these, in this order, one commit for each."""
    for whose in people:
        with transaction() as db:
            tasks.later(db, KIND.name, whose=whose, n=1)


def claimed() -> int | None:
    with transaction() as db:
        task = turns.claim_next(db, KIND)
    return task.id if task else None


def turn() -> str | None:
    """Whose task a worker is given that asks now."""
    task_id = claimed()
    return task_id and value("SELECT whose FROM tasks WHERE id = :id", id=task_id)


def done() -> str | None:
    """The same, and it is done at once."""
    task_id = claimed()
    if task_id is None:
        return None
    with transaction() as db:
        tasks.finish(db, task_id)
    found: str = value("SELECT whose FROM tasks WHERE id = :id", id=task_id)
    return found


def test_who_comes_after_eighty_photos_of_one_person_is_next() -> None:
    written(*["haruka"] * 80)
    assert done() == "haruka"
    written("ichiro")
    assert [done() for _ in range(3)] == ["ichiro", "haruka", "haruka"]


def test_people_take_turns_however_many_each_has() -> None:
    written(*["haruka"] * 6, *["ichiro"] * 3, "alex")
    order = [done() for _ in range(10)]
    assert sorted(order[:3]) == ["alex", "haruka", "ichiro"]
    assert Counter(order[3:7]) == {"haruka": 2, "ichiro": 2}
    assert order[7:] == ["haruka"] * 3
    assert done() is None


def test_each_persons_own_are_done_in_the_order_in_which_they_came() -> None:
    written("haruka", "ichiro", "haruka", "ichiro")
    assert [claimed() for _ in range(4)] == sorted(value("SELECT array_agg(id) FROM tasks"))


def test_who_had_a_turn_a_while_ago_comes_before_who_had_one_just_now() -> None:
    written("haruka", "ichiro")
    assert [done(), done()] == ["haruka", "ichiro"]
    written("ichiro", "haruka")
    assert [done(), done()] == ["haruka", "ichiro"]


def test_who_has_one_in_hand_waits_for_who_has_none() -> None:
    """Another worker is busy with a slow one of theirs: they get no second worker meanwhile."""
    written(*["haruka"] * 5)
    assert turn() == "haruka"
    written(*["ichiro"] * 3)
    assert [done() for _ in range(3)] == ["ichiro"] * 3
    assert turn() == "haruka"


def test_a_person_who_is_alone_has_all_the_workers() -> None:
    written(*["haruka"] * 3)
    assert [turn() for _ in range(4)] == ["haruka"] * 3 + [None]


def test_what_is_put_off_is_no_more_in_hand_and_was_a_turn() -> None:
    written("haruka", "haruka", "ichiro")
    first = claimed()
    assert first
    with transaction() as db:
        tasks.put_off(db, tasks.Task(first, KIND.name, {}, 1), seconds=60, error="not ready")
    assert [done(), done(), done()] == ["ichiro", "haruka", None]


def test_workers_that_ask_at_once_are_given_turns_one_after_the_other() -> None:
    written(*["haruka"] * 40, *["ichiro"] * 4, *["alex"] * 4)
    with ThreadPoolExecutor(8) as workers:
        given = list(workers.map(lambda _: claimed(), range(12)))
    whose = rows("SELECT whose FROM tasks WHERE id = ANY(:ids)", ids=given)
    assert len(set(given)) == 12
    assert Counter(row.whose for row in whose) == {"haruka": 4, "ichiro": 4, "alex": 4}


def test_what_nobodys_version_wrote_shares_one_turn() -> None:
    """Rows of the version before say not whose they are."""
    written(*[""] * 10, "haruka")
    assert [done() for _ in range(3)] == ["", "haruka", ""]


def test_what_was_tried_too_often_is_left_to_the_sweep() -> None:
    written("haruka")
    rows("UPDATE tasks SET attempts = :most", most=tasks.MOST_ATTEMPTS)
    assert claimed() is None


def test_a_lease_that_is_over_is_anybodys_turn() -> None:
    written("haruka")
    first = claimed()
    assert claimed() is None
    rows(DUE)
    assert claimed() == first


@pytest.fixture
def queue() -> Queue:
    """The photo workers' queue in the test's own Redis, empty."""
    connection: Redis = Redis.from_url(settings().redis_url)
    connection.flushall()
    return Queue("photos", connection=connection, serializer=JSONSerializer)


def swept() -> None:
    rows(HANDED_LONG_AGO)
    with transaction() as db:
        due = tasks.due(db)
    jobs.hand_over_again(due)


def work_at(queue: Queue) -> None:
    """As a worker does: take the next job and do what it stands for."""
    perform(**queue.jobs[0].kwargs)
    queue.connection.lpop(queue.key)


def test_the_queue_has_a_job_for_each_that_waits_and_no_more(queue: Queue) -> None:
    """Others' turns are taken with one's job: what is left in the queue is as much as is due."""
    written(*["haruka"] * 6, *["ichiro"] * 3)
    for left in range(8, -1, -1):
        work_at(queue)
        for _ in range(3):
            swept()
        assert queue.count == left == value("SELECT count(*) FROM tasks WHERE finished_at IS NULL")


def test_what_is_in_hand_is_not_handed_over_again(queue: Queue) -> None:
    written(*["haruka"] * 3)
    assert turn() == "haruka"
    queue.connection.flushall()
    for _ in range(3):
        swept()
    assert queue.count == 2


def test_an_emptied_redis_loses_no_turn(queue: Queue) -> None:
    written("haruka", "ichiro")
    queue.connection.flushall()
    swept()
    work_at(queue)
    work_at(queue)
    assert value("SELECT count(*) FROM tasks WHERE finished_at IS NULL") == 0


def test_other_work_of_the_same_queue_has_its_own_job(queue: Queue) -> None:
    written(*["haruka"] * 2)
    with transaction() as db:
        tasks.later(db, "forget_files", keys=[])
    queue.connection.flushall()
    swept()
    assert sorted(job.kwargs["name"] for job in queue.jobs) == [
        "forget_files", KIND.name, KIND.name,
    ]  # fmt: skip
    swept()
    assert queue.count == 3


def test_how_long_a_person_is_remembered_costs_no_turn_of_others() -> None:
    """Only the last turn counts: who had many in the past is as good as who had one."""
    written(*["haruka"] * 5)
    assert [done() for _ in range(5)] == ["haruka"] * 5
    written("ichiro")
    assert done() == "ichiro"
    written("haruka", "ichiro")
    assert done() == "haruka"


def test_a_lease_is_as_long_as_the_kind_says() -> None:
    written("haruka")
    claimed()
    left = value("SELECT due_at - now() FROM tasks")
    assert timedelta(0) < left <= timedelta(seconds=KIND.lease)
