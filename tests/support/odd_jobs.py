"""Work that does not end as it should, for the tests of those who see to it."""

import os
import signal
import time

from psycopg.errors import DeadlockDetected
from redis import Redis
from townsfolk import rows

from settings import settings
from store.sql import translated
from store.tasks import MOST_ATTEMPTS

TRACES: list[object] = []


def leave_a_trace(*given: object) -> None:
    """Shows that it was called."""
    TRACES.append(given)


def die() -> None:
    """As a process that the system has killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def dawdle() -> None:
    """Much longer than anybody waits."""
    time.sleep(60)


def dawdle_deafly() -> None:
    """The same, deaf to the time-out, as a decoder is while it is in its own code."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    time.sleep(60)


def use_up(name: str) -> None:
    """Every try of these tasks has ended without a word, and they are due."""
    rows(
        "UPDATE tasks SET attempts = :most, due_at = now() - interval '1 s', handed_at = NULL"
        " WHERE name = :name",
        most=MOST_ATTEMPTS,
        name=name,
    )


def stop_redis() -> None:
    """It goes away while a worker is at it."""
    with Redis.from_url(settings().redis_url) as redis:
        redis.shutdown(nosave=True)


def meet_a_deadlock() -> None:
    """As two people who hold what the other one wants."""
    raise translated(DeadlockDetected("deadlock detected"))


def nothing(**_: object) -> None:
    """Done at once."""
