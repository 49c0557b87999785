"""Work to do after the commit, kept in the same database as the facts it follows from.

The row is the truth; the RQ job is only how it gets done. Redis may be emptied and a worker may
be killed: the clock's sweep hands every due, unfinished row to RQ again. A job may run twice; the
claim lets one of them through, and the work ends in the commit that finishes the row.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import redis
import structlog
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from settings import settings
from store import sql
from store.base import Base

QUEUE_OF: Final = {
    "take_in_photo": "photos",
    "forget_files": "photos",
    "route_ticket": "routing",
    "send_messages": "messages",
    "show_menu": "messages",
    "send_mail": "letters",
}
MOST_ATTEMPTS: Final = 8
LEASE: Final = timedelta(seconds=60)
HAND_OVER_AGAIN_AFTER: Final = timedelta(seconds=10)
JOB_LIVES_SECONDS: Final = 600
_LATER: Final = """
    INSERT INTO tasks (name, queue, args, due_at, handed_at)
    VALUES (%(name)s, %(queue)s, %(args)s::jsonb, now() + %(after)s,
            CASE WHEN %(after)s = interval '0' THEN now() END)
    RETURNING id
"""

log = structlog.get_logger()


class TaskRow(Base):
    """Due when unfinished and `due_at` has passed; a claim pushes `due_at` ahead."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_due", "due_at", postgresql_where=text("finished_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    queue: Mapped[str]
    args: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Task(NamedTuple):
    """A row of `tasks`: what to do (a name in QUEUE_OF), and with which ids."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int = 0


def later(db: Session, name: str, *, after: timedelta = timedelta(0), **args: Any) -> None:
    """Write down work that must follow when this transaction commits, and only then."""
    ((made,),) = sql.run(db, _LATER, name=name, queue=QUEUE_OF[name], args=_json(args), after=after)
    task = Task(made, name, args)
    if not after:
        db.info.setdefault("tasks", []).append(task)


def written_in(db: Session) -> list[Task]:
    """The tasks that this session wrote; asked for once, after its commit."""
    written: list[Task] = db.info.pop("tasks", [])
    return written


def hand_over(tasks: Iterable[Task]) -> None:
    """Give committed tasks to RQ. Redis being away loses nothing: the sweep comes back to them.

    A name that this version does not know waits for a process of the version that wrote it.
    """
    try:
        for queue, its_tasks in _by_queue(tasks).items():
            _queue(queue).enqueue_many([_as_job(task) for task in its_tasks])
    except redis.RedisError as away:
        log.warning("tasks_not_handed_over", error=type(away).__name__)


def _by_queue(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    sorted_out: dict[str, list[Task]] = defaultdict(list)
    for task in (task for task in tasks if task.name in QUEUE_OF):
        sorted_out[QUEUE_OF[task.name]].append(task)
    return sorted_out


def _as_job(task: Task) -> Any:
    return Queue.prepare_data(
        "workers.tasks.perform",
        kwargs={"task_id": task.id, "name": task.name},
        job_id=f"task-{task.id}-{task.attempts}",
        description=f"{task.name} {_ids_in(task.args)}",
        result_ttl=0,
        failure_ttl=3600,
        ttl=JOB_LIVES_SECONDS,
    )


def _ids_in(args: Mapping[str, Any]) -> dict[str, int]:
    """What Redis and the log of RQ may show: our own numbers, and nobody's LINE user id."""
    return {name: value for name, value in args.items() if isinstance(value, int)}


def claim(db: Session, task_id: int) -> Task | None:
    """Take the row for LEASE, or None when it is done, given up, or in another worker's hands."""
    row = db.execute(
        text(
            "UPDATE tasks SET attempts = attempts + 1, due_at = now() + :lease"
            " WHERE id = :id AND finished_at IS NULL AND due_at <= now()"
            " RETURNING id, name, args, attempts"
        ),
        {"id": task_id, "lease": LEASE},
    ).one_or_none()
    return Task(*row) if row else None


def finish(db: Session, task_id: int) -> None:
    """In the commit of the result: this row is done."""
    db.execute(
        text("UPDATE tasks SET finished_at = now(), error = NULL WHERE id = :id"), {"id": task_id}
    )


def put_off(db: Session, task: Task, *, seconds: float, error: str) -> None:
    """Not yet: come back to it in so many seconds."""
    db.execute(
        text(
            "UPDATE tasks SET due_at = now() + :wait, handed_at = NULL, error = :error"
            " WHERE id = :id"
        ),
        {"id": task.id, "wait": timedelta(seconds=seconds), "error": error[:500]},
    )


def give_up(db: Session, task: Task, *, error: str) -> None:
    """No further attempt by itself; staff see it and may start it again."""
    db.execute(
        text(
            "UPDATE tasks SET finished_at = now(), gave_up_at = now(), error = :error"
            " WHERE id = :id"
        ),
        {"id": task.id, "error": error[:500]},
    )


def due(db: Session, limit: int = 500) -> list[Task]:
    """Due rows that no RQ job is known to carry, marked as handed over now."""
    rows = db.execute(
        text(
            "UPDATE tasks SET handed_at = now() WHERE id IN ("
            " SELECT id FROM tasks WHERE finished_at IS NULL AND due_at <= now()"
            " AND (handed_at IS NULL OR handed_at < now() - :again)"
            " ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)"
            " RETURNING id, name, args, attempts"
        ),
        {"again": HAND_OVER_AGAIN_AFTER, "limit": limit},
    )
    return [Task(*row) for row in rows]


def forget_finished(db: Session, before: datetime) -> int:
    """Delete finished rows; what was given up stays for staff. Returns how many went."""
    done = db.execute(
        text("DELETE FROM tasks WHERE finished_at < :before AND gave_up_at IS NULL"),
        {"before": before},
    )
    return int(getattr(done, "rowcount", 0))


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


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
