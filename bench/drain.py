"""How fast one process hears what waits in the inbox, against RQ doing jobs that do nothing.

    python -m bench.drain [rounds]

Each round PEOPLE make a report of four events (photo, place, words, and the button of the draft
they were asked about), each at a place of their own, all heard by `hear_everything`: what was sent
together in one commit, the button in another, on a PostGIS that is as durable as in production:
every commit waits for the disk.
RQ forks for each of its JOBS, with JSON, on a Redis of its own kind; its SimpleWorker does the same
in its own process. Ends with an error when an event costs more than LIMIT of a job that is forked.
"""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from sqlalchemy import text

from bench.ground import ground
from bench.rounds import Samples, interleave, report
from bot.hearing import hear_everything
from bot.webhook import keep, rows_of
from local.day.sample_map import Spot, far_apart, spots
from settings import ROOT, settings
from store.database import transaction
from store.jobs import quick_redis

LIMIT: Final = 0.1
PEOPLE: Final = 500
JOBS: Final = 100
_SPOTS: Final = [*far_apart(spots("city"), metres=40)]
_number = count(1)
_BEGAN: Final = int(time.time() * 1000)


def main(rounds: int = 5) -> int:
    with (
        ground(durable=True),
        noop_worker("forking") as do_jobs,
        noop_worker("simple") as do_simple_jobs,
    ):
        cpu: Samples = {}
        measures = {
            name: _noting_cpu(name, way, cpu)
            for name, way in {
                "RQ no-op job": do_jobs,
                "RQ no-op job, SimpleWorker": do_simple_jobs,
                "michi event": drain,
                "michi event again (A/A)": drain,
            }.items()
        }
        interleave(measures, 1)
        cpu.clear()
        samples = interleave(measures, rounds)
    print(f"{PEOPLE * 4} events, {JOBS} jobs a round, {rounds} rounds; PostGIS waits for the disk")
    kept = report("time on the clock", samples, "RQ no-op job", {"michi event": LIMIT})
    report("CPU of the process and its children", cpu, "RQ no-op job", {})
    return 0 if kept else 1


def drain() -> tuple[float, float]:
    """Seconds on the clock and of CPU for one event; every report must have become a ticket."""
    people = [f"U{uuid.uuid4().hex}" for _ in range(PEOPLE)]
    before = _tickets()
    at = zip(people, _SPOTS, strict=False)
    first = _hear([event for who, spot in at for event in _report_of(who, spot)])
    second = _hear([_button(who, key) for who, key in _open_drafts(people)])
    if (made := _tickets() - before) != PEOPLE:
        raise SystemExit(f"{made} tickets were made instead of {PEOPLE}")
    _mend_everything()
    quick_redis().flushdb()
    return (first[0] + second[0]) / (PEOPLE * 4), (first[1] + second[1]) / (PEOPLE * 4)


@contextmanager
def noop_worker(kind: str) -> Iterator[Callable[[], tuple[float, float]]]:
    """A process that does JOBS when asked; gives what one job took, as `drain` does."""
    argv = [sys.executable, "-m", "bench.noop", f"{settings().redis_url}", str(JOBS), kind]
    with subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        asks, answers = process.stdin, process.stdout

        def do_jobs() -> tuple[float, float]:
            print(file=asks, flush=True)
            clock, cpu = json.loads(answers.readline())
            return clock, cpu

        yield do_jobs
        asks.close()


def _noting_cpu(
    name: str, way: Callable[[], tuple[float, float]], cpu: Samples
) -> Callable[[], float]:
    def measure() -> float:
        clock, used = way()
        cpu.setdefault(name, []).append(used)
        return clock

    return measure


def _hear(events: list[dict[str, Any]]) -> tuple[float, float]:
    keep(rows_of(json.dumps({"events": events}).encode()))
    clock, cpu = time.perf_counter(), time.process_time()
    heard = 0
    while now_heard := hear_everything():
        heard += now_heard
    took = time.perf_counter() - clock, time.process_time() - cpu
    if heard != len(events):
        raise SystemExit(f"{heard} events were heard instead of {len(events)}")
    return took


def _report_of(who: str, spot: Spot) -> Iterator[dict[str, Any]]:
    photo = {"type": "image", "contentProvider": {"type": "line"}}
    place = {"type": "location", "latitude": spot[1], "longitude": spot[0], "address": "小金井市"}
    steps = f"{next(_number) % 1000}歩先"  # what two people say is never the same
    words = {"type": "text", "text": f"{steps}で自転車のタイヤがはまりそうで、夜は見えません。"}
    for message in (photo, place, words):
        yield _event(who, type="message", message={"id": str(10**17 + next(_number)), **message})


def _button(who: str, draft_key: str) -> dict[str, Any]:
    data = f"do=category&draft={draft_key}&category=pothole"
    return _event(who, type="postback", postback={"data": data})


def _event(who: str, **what: Any) -> dict[str, Any]:
    return {
        **what,
        "webhookEventId": f"01{uuid.uuid4().hex[:24].upper()}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": _BEGAN + next(_number),
        "source": {"type": "user", "userId": who},
        "replyToken": uuid.uuid4().hex,
        "mode": "active",
    }


def _open_drafts(people: list[str]) -> list[tuple[str, str]]:
    with transaction() as db:
        rows = db.execute(
            text(
                "SELECT line_user_id, draft->>'key' FROM residents"
                " WHERE line_user_id = ANY(:people) ORDER BY id"
            ),
            {"people": people},
        )
        return [(who, key) for who, key in rows]


def _mend_everything() -> None:
    """So that nobody of the next round is asked whether theirs is the same hole."""
    with transaction() as db:
        db.execute(text("UPDATE tickets SET status = 'fixed', closed_at = now()"))


def _tickets() -> int:
    with transaction() as db:
        return int(db.scalar(text("SELECT count(*) FROM tickets")) or 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
