"""Work that does not end as it should, for the tests of those who see to it."""

import os
import signal
import time

from psycopg.errors import DeadlockDetected

from store.sql import translated


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


def meet_a_deadlock() -> None:
    """As two people who hold what the other one wants."""
    raise translated(DeadlockDetected("deadlock detected"))


def nothing(**_: object) -> None:
    """Done at once."""
