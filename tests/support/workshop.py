"""A worker without a queue: whatever is due of a name is done here, in its turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from townsfolk import rows

from workers.perform import perform

_DUE = """
    SELECT id FROM tasks WHERE name = :name AND finished_at IS NULL AND due_at <= now() ORDER BY id
"""


def work_off(name: str) -> int:
    """Until nothing of this name is due any more; how many were done."""
    done = 0
    while due := rows(_DUE, name=name):
        for (task_id,) in due:
            perform(task_id, name)
            done += 1
    return done


@contextmanager
def working(name: str) -> Iterator[None]:
    """The same, over and over, beside the block."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            work_off(name)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()
