"""What a worker takes out of Redis: the call of our one function with a task's number and name.

Whoever can write to Redis can put anything there. So of a job nothing else is read: no function by
its address, no callback, no web address to call, no retry, no time-out. What is no such call, or
is in another queue than its task, is not there. With what the task is done stands in its row.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import structlog
from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass
from rq.exceptions import NoSuchJobError
from rq.job import Job

from store import tasks
from store.jobs import FAILED_KEPT_SECONDS
from workers.perform import perform

MOST_BYTES: Final = 4_096
"""Of one call, unpacked: ours have about a hundred."""

log = structlog.get_logger()


@dataclass(frozen=True, config=ConfigDict(extra="forbid", strict=True))
class _Call:
    task_id: Annotated[int, Field(gt=0, lt=2**63)]
    name: str


_CALL: Final = TypeAdapter(tuple[Literal["workers.tasks.perform"], None, tuple[()], _Call])
"""Function, object that it is of, arguments by place, arguments by name: as RQ keeps a call."""
_READ: Final = (b"data", b"status")
_OF_A_TASK: Final = re.compile(r"task-(\d{1,19})-\d{1,9}")
_OF_A_TURN: Final = re.compile(r"(\w{1,80})-[\da-f]{16}-\d{1,9}", re.ASCII)


class TaskJob(Job):
    """An RQ job of this `queue`; whatever is no call of ours is NoSuchJobError."""

    queue: ClassVar[str]

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = None) -> Job:
        try:
            return super().fetch(id, connection, serializer)
        except (ValueError, zlib.error) as wrong:
            log.warning("job_refused", job=id[:80], queue=cls.queue, error=type(wrong).__name__)
            raise NoSuchJobError from wrong

    @classmethod
    def fetch_many(
        cls, job_ids: Iterable[str], connection: Any, serializer: Any = None
    ) -> list[Job | None]:
        return [cls._found(id, connection, serializer) for id in job_ids]

    @classmethod
    def _found(cls, id: str, connection: Any, serializer: Any) -> Job | None:
        try:
            return cls.fetch(id, connection, serializer)
        except NoSuchJobError:
            return None

    def restore(self, raw_data: Mapping[str | bytes, bytes]) -> None:
        """Raises NoSuchJobError, ValueError, zlib.error."""
        if b"data" not in raw_data:
            raise NoSuchJobError
        self._call = _call_in(raw_data[b"data"])
        kind = tasks.kind(self._call.name)
        if not kind or kind.queue != self.queue:
            raise ValueError("no task of this queue")
        if not (_is_of_task(self.id, self._call.task_id) or _is_turn(self.id, kind)):
            raise ValueError("a job of another number")
        super().restore({name: raw_data[name] for name in _READ if name in raw_data})
        self.origin, self.timeout = self.queue, kind.time_out
        self.result_ttl, self.failure_ttl = 0, FAILED_KEPT_SECONDS

    def _execute(self) -> None:
        perform(self._call.task_id, self._call.name)


def jobs_of(name: str) -> type[TaskJob]:
    """The jobs that a worker on the queue of this name takes."""

    class JobOfQueue(TaskJob):
        queue = name

    return JobOfQueue


def _is_of_task(id: str, task_id: int) -> bool:
    number = _OF_A_TASK.fullmatch(id)
    return bool(number and int(number[1]) == task_id)


def _is_turn(id: str, kind: tasks.TaskKind) -> bool:
    name = _OF_A_TURN.fullmatch(id)
    return bool(kind.fair and name and name[1] == kind.name)


def _call_in(packed: bytes) -> _Call:
    unpacked = zlib.decompressobj()
    plain = unpacked.decompress(packed, MOST_BYTES)
    if not unpacked.eof:
        raise ValueError("more than a call of ours")
    *_, call = _CALL.validate_json(plain)
    return call
