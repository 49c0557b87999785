"""The web process's own two threads: one hears what LINE said, one answers at once.

They are woken by the webhook and by `NOTIFY`; whatever they miss, the next look or the clock finds.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from bot.delivery import send_due
from bot.hearing import hear_everything
from bot.line import messages
from store import sql
from store.database import listening

LOOK_EVERY_SECONDS: Final = 1.0
ANSWER_EVERY_SECONDS: Final = 0.25
AFTER_TROUBLE_SECONDS: Final = 1.0
LEAVES_WITHIN_SECONDS: Final = 30.0
"""Longer than a message on its way may take; what is cut off then is found by another process."""

log = structlog.get_logger()


@contextmanager
def awake(arrived: threading.Event) -> Iterator[None]:
    """Both threads run within the block; `arrived` is set by the webhook after its commit."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_hear, args=(arrived, stop), name="hear", daemon=True),
        threading.Thread(target=_answer, args=(stop,), name="answer", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        arrived.set()
        for thread in threads:
            thread.join(LEAVES_WITHIN_SECONDS)


def _hear(arrived: threading.Event, stop: threading.Event) -> None:
    while not stop.is_set():
        arrived.wait(LOOK_EVERY_SECONDS)
        arrived.clear()
        _without_dying(lambda: hear_everything(stop.is_set), stop)


def _answer(stop: threading.Event) -> None:
    _without_dying(messages.warm_up, stop)
    while not stop.is_set():
        _without_dying(lambda: _answer_while_listening(stop), stop)


def _answer_while_listening(stop: threading.Event) -> None:
    with listening("messages") as connection:
        while not stop.is_set():
            send_due(replies_only=True, enough=stop.is_set)
            for _ in connection.notifies(timeout=ANSWER_EVERY_SECONDS, stop_after=1):
                pass


def _without_dying(work: Callable[[], object], stop: threading.Event) -> None:
    try:
        work()
    except Exception as trouble:
        if sql.is_passing(trouble):
            log.warning("database_away", kind=sql.kind_of(trouble))
        else:
            log.exception("thread_failed")
        stop.wait(AFTER_TROUBLE_SECONDS)
