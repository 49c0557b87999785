"""Work to do after the commit, kept in the same database as the facts it follows from.

The row is the truth; the RQ job (store/jobs.py) is only how it gets done. Redis may be emptied and
a worker may be killed: the clock's sweep hands every due, unfinished row to RQ again. A job may run
twice; the claim lets one of them through, and the work ends in the commit that finishes the row.

No task is known here by name: what there is to do, each process learns when it starts.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import sql
from store.base import OF_THE_TRANSACTION, Base

MOST_ATTEMPTS: Final = 8
MOST_FORGOTTEN: Final = 2000
HAND_OVER_AGAIN_AFTER: Final = timedelta(seconds=10)
_LATER: Final = """
    INSERT INTO tasks (name, queue, args, whose, due_at, handed_at)
    VALUES (%(name)s, %(queue)s, %(args)s::jsonb, %(whose)s, now() + %(after)s,
            CASE WHEN %(after)s = interval '0' THEN now() END)
    RETURNING id
"""
OF_THEM: Final = """
    INSERT INTO tasks (name, queue, args, whose, due_at, handed_at)
    SELECT %(task)s, %(queue)s, jsonb_build_object(%(arg)s::text, id), %(whose)s, now(), now()
    FROM {rows} RETURNING id
"""
"""A task of each of `rows`, in the statement that makes these; `as_values` gives its values."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """What a name in `tasks` stands for.

    `work` and `give_up` (after the last attempt) are addresses such as "workers.mail:send_mail",
    so that who only writes a task down loads nothing of it. In seconds: RQ ends the work after
    `time_out`, and nobody else begins it within `lease`. `fair`: whoever comes to a job does the
    task of this name whose person has had the least (store/turns.py), not the first that came.
    `tells`: its work may tell somebody something, so that it is not begun again where it may have
    been done already, after a backup was put back.
    """

    name: str
    queue: str
    work: str
    time_out: int
    lease: int
    give_up: str | None = None
    fair: bool = False
    tells: bool = False


_known: dict[str, TaskKind] = {}


class Overtaken(Exception):
    """Somebody else has finished this task meanwhile: nothing of ours is written."""


class TaskRow(Base):
    """Due when unfinished and `due_at` has passed; a claim pushes `due_at` ahead.

    `held_by` is the RQ job that has claimed it, until it is put off. Of a fair kind: `whose` it is,
    and when it was begun last.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_due", "due_at", postgresql_where=text("finished_at IS NULL")),
        Index("ix_tasks_begun", "whose", "begun_at", postgresql_where=text("begun_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    queue: Mapped[str]
    args: Mapped[dict[str, Any]]
    whose: Mapped[str] = mapped_column(server_default="")
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    held_by: Mapped[str | None]
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    error: Mapped[str | None]
    trace: Mapped[str | None] = mapped_column(server_default=OF_THE_TRANSACTION)


class Task(NamedTuple):
    """A row of `tasks`: what to do (the name of a TaskKind), and with which ids."""

    id: int
    name: str
    args: dict[str, Any]
    attempts: int = 0
    trace: str | None = None


def learn(kinds: Iterable[TaskKind]) -> None:
    """What there is to do: told by every process when it starts."""
    _known.update({kind.name: kind for kind in kinds})


def kinds() -> list[TaskKind]:
    """All that this process has learnt."""
    return list(_known.values())


def kind(name: str) -> TaskKind | None:
    """What this name stands for; None for one that only another version knows."""
    return _known.get(name)


def later(
    db: Session, name: str, *, after: timedelta = timedelta(0), whose: str = "", **args: Any
) -> None:
    """Write down work that must follow when this transaction commits, and only then.

    `whose`: for a fair kind, such as "resident 7"; all that is nobody's shares one turn. KeyError
    for a name that this process has not learnt.
    """
    said = json.dumps(args, ensure_ascii=False)
    what = {"name": name, "queue": _known[name].queue, "args": said, "whose": whose}
    ((made,),) = sql.run(db, _LATER, **what, after=after)
    if not after:
        note(db, Task(made, name, args))


def as_values(name: str, arg: str, whose: str = "") -> dict[str, str]:
    """The values that OF_THEM names, of a task whose `arg` is the id of its row. KeyError as above.

    What it wrote is to be told to `note`.
    """
    return {"task": name, "queue": _known[name].queue, "arg": arg, "whose": whose}


def note(db: Session, task: Task) -> None:
    """This was written down, and is handed over when this transaction commits."""
    db.info.setdefault("tasks", []).append(task)


def written_in(db: Session) -> list[Task]:
    """The tasks that this session wrote; asked for once, after its commit."""
    written: list[Task] = db.info.pop("tasks", [])
    return written


def claim(db: Session, task_id: int, name: str, lease: int, *, job: str = "") -> Task | None:
    """Take the row for so many seconds; None when it is done, given up, in others' hands, or of
    another name."""
    row = db.execute(
        text(
            "UPDATE tasks SET attempts = attempts + 1, due_at = now() + :lease, held_by = :job"
            " WHERE id = :id AND name = :name AND finished_at IS NULL AND due_at <= now()"
            " RETURNING id, name, args, attempts, trace"
        ),
        {"id": task_id, "name": name, "lease": timedelta(seconds=lease), "job": job},
    ).one_or_none()
    return Task(*row) if row else None


def held_by(db: Session, job: str) -> Task | None:
    """The unfinished row that this RQ job has claimed, if nobody else has since."""
    row = sql.run(db, _HELD_BY, job=job).fetchone()
    return Task(*row) if row else None


def finish(db: Session, task_id: int) -> None:
    """In the commit of the result, at its end: this row is done. Raises Overtaken."""
    done = db.execute(
        text(
            "UPDATE tasks SET finished_at = now(), error = NULL"
            " WHERE id = :id AND finished_at IS NULL RETURNING id"
        ),
        {"id": task_id},
    )
    if done.one_or_none() is None:
        raise Overtaken(task_id)


def put_off(db: Session, task: Task, *, seconds: float, error: str, counts: bool = True) -> None:
    """Not yet: come back to it in so many seconds; `counts`: that was one of its attempts.

    Nothing where somebody else has begun it since.
    """
    db.execute(
        text(
            "UPDATE tasks SET due_at = now() + :wait, handed_at = NULL, held_by = NULL,"
            " attempts = attempts - :free, error = :error"
            " WHERE id = :id AND finished_at IS NULL AND attempts = :made"
        ),
        {
            "id": task.id,
            "made": task.attempts,
            "free": 0 if counts else 1,
            "wait": timedelta(seconds=seconds),
            "error": error[:500],
        },
    )


def give_up(db: Session, task: Task, *, error: str) -> None:
    """No further attempt by itself; staff see it and may start it again."""
    db.execute(
        text(
            "UPDATE tasks SET finished_at = now(), gave_up_at = now(), error = :error"
            " WHERE id = :id AND finished_at IS NULL"
        ),
        {"id": task.id, "error": error[:500]},
    )


def due(db: Session, limit: int = 500) -> list[Task]:
    """Due rows that were not handed over just now, and are marked so from now on.

    A row that somebody has claimed is not due before its lease is over.
    """
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


def that_tell(db: Session) -> list[Task]:
    """Unfinished tasks of kinds that tell somebody something, the oldest first."""
    names = [kind.name for kind in kinds() if kind.tells]
    return [Task(*row) for row in sql.run(db, _THAT_TELL, names=names)]


def is_at_hand(db: Session, name: str) -> bool:
    """Whether a task of this name is due, being done or to be done again; not one for later."""
    row = sql.run(db, _IS_AT_HAND, name=name).fetchone()
    return bool(row and row[0])


def forget_finished(db: Session, before: datetime) -> int:
    """Delete up to MOST_FORGOTTEN rows finished before that; what was given up stays for staff.

    Returns how many went: to be called again until it is 0.
    """
    return sql.run(db, _FORGET_FINISHED, before=before, most=MOST_FORGOTTEN).rowcount


def oldest(db: Session) -> dict[str, float]:
    """By queue: for so many seconds the work waits that has been due for longest, or is in hand."""
    waits = {queue: float(seconds) for queue, seconds in sql.run(db, _OLDEST)}
    return dict.fromkeys((kind.queue for kind in kinds()), 0.0) | waits


def counts(db: Session) -> dict[str, int]:
    """How many are to be done, and how many were given up."""
    row = sql.run(db, _COUNTS).fetchone()
    return dict(zip(("tasks", "tasks_given_up"), row or (), strict=True))


_HELD_BY: Final = """
    SELECT id, name, args, attempts FROM tasks WHERE held_by = %(job)s AND finished_at IS NULL
"""
_THAT_TELL: Final = """
    SELECT id, name, args, attempts FROM tasks
    WHERE finished_at IS NULL AND name = ANY(%(names)s) ORDER BY id
"""
_IS_AT_HAND: Final = """
    SELECT EXISTS (SELECT FROM tasks WHERE name = %(name)s AND finished_at IS NULL
                     AND (attempts > 0 OR due_at <= now()))
"""
_FORGET_FINISHED: Final = """
    DELETE FROM tasks WHERE id IN (
        SELECT id FROM tasks WHERE finished_at < %(before)s AND gave_up_at IS NULL
        ORDER BY id LIMIT %(most)s)
"""
# Work for later is not waited for; what was tried is, since it was due first.
_OLDEST: Final = """
    SELECT queue, extract(epoch FROM now() - min(created_at))::float8 FROM tasks
    WHERE finished_at IS NULL AND (attempts > 0 OR due_at <= now()) GROUP BY queue
"""
_COUNTS: Final = """
    SELECT count(*) FILTER (WHERE finished_at IS NULL),
           count(*) FILTER (WHERE gave_up_at IS NOT NULL)
    FROM tasks WHERE finished_at IS NULL OR gave_up_at IS NOT NULL
"""
