"""The web process's own threads: they leave when they are told to, however much there is to do."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bot import delivery, hearing
from bot.inbox import Waiting
from bot.leases import Due
from bot.threads import awake

pytestmark = pytest.mark.usefixtures("database_url")

WORD = Due(
    id=7, claim=UUID(int=7), recipient="U7", event_id=7, said=[], contents=None,
    reply_token="a token", reply_attempts=0, push_attempts=0, pushed=False, key_is_over=False,
    retry_key=UUID(int=7), via="reply", unsure=False, drawings=0, age=timedelta(0),
)  # fmt: skip


@contextmanager
def one_process(load: threading.Event) -> Iterator[threading.Thread]:
    """Its threads have run for a moment, and it is leaving; within the block `load` goes on."""
    begun, arrived = threading.Event(), threading.Event()
    arrived.set()

    def run() -> None:
        with awake(arrived):
            begun.set()
            time.sleep(0.5)

    load.set()
    process = threading.Thread(target=run)
    process.start()
    begun.wait()
    try:
        yield process
    finally:
        load.clear()
        process.join()


def test_a_process_stops_while_there_is_always_somebody_to_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load = threading.Event()
    monkeypatch.setattr(delivery, "claim", lambda *_, **__: [WORD] if load.is_set() else [])
    monkeypatch.setattr(delivery, "_send", lambda due: time.sleep(0.01))
    with one_process(load) as leaving:
        leaving.join(5)
        assert not leaving.is_alive()


def test_a_process_stops_while_a_thousand_people_speak_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load = threading.Event()

    def hear(*_: Any) -> int:
        time.sleep(0.05 if load.is_set() else 0)
        return 1

    crowd = [Waiting(f"U{number}", 2, number) for number in range(1_000)]
    there = {True: crowd, False: []}
    monkeypatch.setattr(hearing.inbox, "people_waiting", lambda *_: there[load.is_set()])
    monkeypatch.setattr(hearing.inbox, "welcome", lambda *_: None)
    monkeypatch.setattr(hearing, "_hear_some", hear)
    with one_process(load) as leaving:
        leaving.join(5)
        assert not leaving.is_alive()
