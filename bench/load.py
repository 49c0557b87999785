"""All processes under load, on loopback: what waits for what, and what gives way first.

    python -m bench.load [rounds]

The processes of the Procfile, a PostGIS that waits for the disk, and a LINE with photos of 12
megapixels. Three comparisons with limits, then residents who send one photo after the other, twice
as many in each step, until something takes more than GIVES_WAY times as long as with one of them.
"""

import asyncio
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import count
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench import looking_on
from bench.ground import ground
from bench.growth import fill
from bench.photos import phone_photo
from bench.programs import Line, line_with, running
from bench.rounds import in_child, interleave, report
from bench.trials import answers, percentile, wait_for
from bench.webhook import event, signed
from local.machine.processes import free_ports, is_listening
from reports.photos import intake
from settings import settings
from store.database import transaction

REQUESTS: Final = 800
ANSWERS: Final = 40
SECONDS: Final = 20
PHOTOS_IN_HAND: Final = 3
STEPS: Final = (1, 2, 4, 8, 16, 32)
STEP_SECONDS: Final = 10
GIVES_WAY: Final = 4.0
_number = count(1)
_STARTS: Final = """
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
import sys
redis = Redis.from_url(sys.argv[1])
queue = Queue("start", connection=redis, serializer=JSONSerializer)
queue.enqueue("os.getpid", result_ttl=0)
SimpleWorker([queue], connection=redis, serializer=JSONSerializer).work(
    burst=True, logging_level="ERROR")
"""


def main(rounds: int = 3) -> int:
    photo = in_child(phone_photo)
    with ground(durable=True) as folder, line_with(photo) as line, ExitStack() as ending:
        fill(5_000, 0)
        looking_on.prepare()
        (port,) = free_ports([0])
        ending.enter_context(running(folder, "web", HOST="127.0.0.1", PORT=str(port)))
        for queue in ("photos", "routing", "messages", "letters", "files"):
            ending.enter_context(running(folder, "worker", queue))
        ending.enter_context(running(folder, "clock"))
        wait_for(lambda: is_listening(port))
        kept = [
            _web_hook(port, rounds),
            _stored_to_answered(port, line, rounds),
            _looking_on(port, line, rounds),
        ]
        _what_gives_way(port, line)
    return 0 if all(kept) else 1


def _web_hook(port: int, rounds: int) -> bool:
    idle = partial(_hook, port)
    ways = {
        "idle": idle,
        "while photos are worked on": partial(_beside_photos, port),
        "idle again (A/A)": idle,
    }
    interleave(ways, 1)
    limits = {"while photos are worked on": 2.0}
    title = "95th percentile of the web hook's answers"
    return report(title, interleave(ways, rounds), "idle", limits)


def _stored_to_answered(port: int, line: Line, rounds: int) -> bool:
    answered = partial(_answered, port, line)
    ways: dict[str, Callable[[], float]] = {
        "RQ's SimpleWorker: start and one job": _simple_worker,
        "stored to answered": answered,
        "stored to answered again (A/A)": answered,
    }
    interleave(ways, 1)
    title = "95th percentile from the web hook's 200 to LINE's being told"
    return report(title, interleave(ways, rounds), next(iter(ways)), {"stored to answered": 2.0})


def _looking_on(port: int, line: Line, rounds: int) -> bool:
    idle = min(_cpu(line, time.sleep, SECONDS) for _ in range(2))
    photos = partial(_beyond, idle, line, _one_photo_a_second)
    polling, seeing = (
        partial(_beyond, idle, line, partial(looking_on.look, port, SECONDS, changes=changes))
        for changes in (False, True)
    )
    ways = {
        "one photo a second": photos,
        "100 desks and 50 crews polling": polling,
        "the same, and a ticket changes every 20 s": seeing,
        "one photo a second again (A/A)": photos,
    }
    title = "CPU of all processes for each second, beyond an idle one's"
    samples = interleave(ways, rounds)
    return report(title, samples, "one photo a second", {"100 desks and 50 crews polling": 1.0})


def _hook(port: int) -> float:
    return percentile(asyncio.run(answers(port, iter(range(REQUESTS)))))


def _beside_photos(port: int) -> float:
    with _photos_in_hand():
        return _hook(port)


@contextmanager
def _photos_in_hand() -> Iterator[None]:
    """So many wait at any time, each of somebody else."""
    enough = threading.Event()

    def keep_on() -> None:
        while not enough.wait(0.1):
            for _ in range(PHOTOS_IN_HAND - _photos_waiting()):
                _send_photo()

    with ThreadPoolExecutor(1) as hand:
        sending = hand.submit(keep_on)
        wait_for(lambda: _photos_waiting() == PHOTOS_IN_HAND)
        try:
            yield
        finally:
            enough.set()
            sending.result()
    wait_for(lambda: _photos_waiting() == 0)


def _send_photo() -> None:
    with transaction() as db:
        name = f"load-{next(_number)}"
        who = db.scalar(
            text("INSERT INTO residents (line_user_id) VALUES (:name) RETURNING id"),
            {"name": name},
        )
        intake.announced(db, resident_id=int(who or 0), line_message_id=name, image_set=None)


def _photos_waiting() -> int:
    with transaction() as db:
        return int(db.scalar(text("SELECT count(*) FROM photos WHERE state = 'waiting'")) or 0)


def _one_photo_a_second() -> None:
    begun = time.monotonic()
    for turn in range(SECONDS):
        _send_photo()
        time.sleep(max(0, begun + turn + 1 - time.monotonic()))
    wait_for(lambda: _photos_waiting() == 0)


def _simple_worker() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", _STARTS, f"{settings().redis_url}"], check=True)
    return time.perf_counter() - begun


def _answered(port: int, line: Line) -> float:
    door = Door(port)
    return percentile([door.answered(line, _words())[1] for _ in range(ANSWERS)])


class Door:
    """One connection of LINE's to the web hook."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._connection.connect()

    def answered(self, line: Line, sent: dict[str, Any]) -> tuple[float, float]:
        """Seconds until the 200, and from there until the reply."""
        begun = time.monotonic()
        self._connection.sock.sendall(
            signed(json.dumps({"destination": "U", "events": [sent]}).encode())
        )
        answer = http.client.HTTPResponse(self._connection.sock, method="POST")
        answer.begin()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the web hook answered {answer.status}")
        stored = time.monotonic()
        return stored - begun, line.answered(sent["replyToken"]) - stored


def _words() -> dict[str, Any]:
    """Of somebody new."""
    message = {"type": "text", "id": f"{next(_number)}", "text": "道路に穴があいています"}
    return event() | {"message": message, "source": _somebody()}


def _photo() -> dict[str, Any]:
    message = {"type": "image", "id": f"{next(_number)}", "contentProvider": {"type": "line"}}
    return event() | {"message": message, "source": _somebody()}


def _somebody() -> dict[str, str]:
    return {"type": "user", "userId": f"U{next(_number) + 10**9:032x}"}


def _beyond(idle: float, line: Line, work: Callable[..., object], *values: Any) -> float:
    return max(_cpu(line, work, *values) - idle, 0.001)


def _cpu(line: Line, work: Callable[..., object], *values: Any) -> float:
    """Seconds of CPU for each of SECONDS, of all that Michi runs."""
    before = _used(line)
    work(*values)
    return (_used(line) - before) / SECONDS


def _used(line: Line) -> float:
    """Of our children but LINE and those who look on, with what their own children had used."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # its parent has its time now
            if process.pid not in (line.pid, *looking_on.PIDS):
                used += sum(process.cpu_times()[:4])
    return used


def _what_gives_way(port: int, line: Line) -> None:
    """Prints a row for each step, and the first that takes GIVES_WAY times as long as at first."""
    table = Table("residents", "photos a second", "web hook ms", "answered ms", "photos left ms")
    first: dict[str, float] = {}
    gave_way: list[str] = []
    for residents in STEPS:
        row = _step(port, line, residents)
        table.add_row(f"{residents}", *(f"{value:.1f}" for value in row.values()))
        first = first or row
        waits = [name for name in row if name != "photos a second"]
        gave_way = [name for name in waits if row[name] > GIVES_WAY * first[name]]
        if gave_way:
            break
    Console(width=100).print(table)
    print(f"gives way first: {', '.join(gave_way) or 'nothing'}")


def _step(port: int, line: Line, residents: int) -> dict[str, float]:
    """95th percentiles in milliseconds; "photos left": until none waits any more."""
    until = time.monotonic() + STEP_SECONDS
    begun = time.monotonic()

    def one() -> list[tuple[float, float]]:
        door, found = Door(port), []
        while time.monotonic() < until:
            found.append(door.answered(line, _photo()))
        return found

    with ThreadPoolExecutor(residents) as street:
        each = [street.submit(one) for _ in range(residents)]
        found = [pair for one_ in each for pair in one_.result()]
    rate = len(found) / (time.monotonic() - begun)
    left = time.monotonic()
    wait_for(lambda: _photos_waiting() == 0)
    return {
        "photos a second": rate,
        "web hook": percentile([hook for hook, _ in found]) * 1000,
        "answered": percentile([answered for _, answered in found]) * 1000,
        "photos left": (time.monotonic() - left) * 1000 + 1,
    }


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
