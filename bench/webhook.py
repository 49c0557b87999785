"""What the webhook costs: server CPU for each request, ours against a bare application.

    python -m bench.webhook [rounds]

Both keep the same events in the same table of a throw-away PostGIS, behind uvicorn with uvloop and
httptools, one process each. Hearing and answering are another figure (`bench.drain`): their threads
start in the application's lifespan, which is off here. Then ours is compared with itself: ten
events in one request with one, and events that are delivered again with new ones. Ends with an
error above LIMIT or what OF_ONE allows.
"""

import asyncio
import base64
import ctypes
import hmac
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from bench.ground import SECRET, ground
from bench.rounds import interleave, report
from local.machine.processes import Program, end, free_ports, is_listening, launch
from settings import ROOT
from store.database import transaction

LIMIT: Final = 1.8
REQUESTS: Final = 400
WAYS: Final = {
    "1 event each, 8 connections": (1, 8),
    "5 events each, 8 connections": (5, 8),
    "1 event each, 1 connection": (1, 1),
}
OF_ONE: Final = {"10 events": 2.0, "1 event, delivered again": 1.0}
"""So many times what one event costs server and PostGIS, on eight connections."""
DOORS: Final = {"bare": "bare", "michi": "michi", "bare again (A/A)": "bare"}
_number = count(1)
_BEGAN: Final = int(time.time() * 1000)


def main(rounds: int = 21) -> int:
    with ground(durable=False) as folder, ExitStack() as ending:
        doors = {
            name: ending.enter_context(open_door(kind, folder)) for name, kind in DOORS.items()
        }
        kept = []
        for way, (events, connections) in WAYS.items():
            measures: dict[str, Callable[[], float]] = {
                name: partial(cpu_per_request, [server], port, events, connections)
                for name, (server, port) in doors.items()
            }
            interleave(measures, 1)
            samples = interleave(measures, rounds)
            title = f"server CPU per request: {way}"
            kept.append(report(title, samples, "bare", {"michi": LIMIT}, unit="µs", scale=1e6))
        kept.append(_against_one_event(*doors["michi"], rounds))
    return 0 if all(kept) else 1


def _against_one_event(server: int, port: int, rounds: int) -> bool:
    kept_by = [server, *_postgis()]
    ways: dict[str, Callable[[], float]] = {
        "1 event": partial(cpu_per_request, kept_by, port, 1, 8),
        "1 event again (A/A)": partial(cpu_per_request, kept_by, port, 1, 8),
        "10 events": partial(cpu_per_request, kept_by, port, 10, 8),
        "1 event, delivered again": partial(cpu_per_redelivery, kept_by, port, 8),
    }
    interleave(ways, 1)
    samples = interleave(ways, rounds)
    title = "CPU of server and PostGIS per request: michi against its own"
    return report(title, samples, "1 event", OF_ONE, unit="µs", scale=1e6)


@contextmanager
def open_door(kind: str, folder: Path) -> Iterator[tuple[int, int]]:
    """One server process and its port."""
    (port,) = free_ports([0])
    argv = (sys.executable, "-m", "bench.doors", kind, str(port))
    program = Program(kind, argv, folder / f"{kind}-{port}.log", os.environ.copy(), cwd=ROOT)
    process = launch(program)
    try:
        while not is_listening(port):
            if process.poll() is not None:
                raise SystemExit(program.log.read_text())
            time.sleep(0.1)
        yield process.pid, port
    finally:
        end(process, program)


def cpu_per_request(processes: list[int], port: int, events: int, connections: int) -> float:
    """Seconds of user and system time of these for one request, over a round of REQUESTS."""
    bodies = [[event() for _ in range(events)] for _ in range(REQUESTS)]
    return _cpu_of(processes, port, bodies, connections, new=REQUESTS * events)


def cpu_per_redelivery(processes: list[int], port: int, connections: int) -> float:
    """The same of one event each that is there already, and of which no row may be added."""
    bodies = [[event()] for _ in range(REQUESTS)]
    _cpu_of(processes, port, bodies, connections, new=REQUESTS)
    again = {"deliveryContext": {"isRedelivery": True}}
    bodies = [[one | again for one in body] for body in bodies]
    return _cpu_of(processes, port, bodies, connections, new=0)


def _cpu_of(
    processes: list[int],
    port: int,
    bodies: list[list[dict[str, Any]]],
    connections: int,
    *,
    new: int,
) -> float:
    requests = [signed(_body(body)) for body in bodies]
    before, kept_before = sum(map(_cpu, processes)), _kept()
    asyncio.run(_send_all(port, iter(requests), connections))
    used = sum(map(_cpu, processes)) - before
    if (kept := _kept() - kept_before) != new:
        raise SystemExit(f"{kept} events were kept instead of {new}")
    return used / len(bodies)


async def _send_all(port: int, waiting: Iterator[bytes], connections: int) -> None:
    await asyncio.gather(*(_send_on_one(port, waiting) for _ in range(connections)))


async def _send_on_one(port: int, waiting: Iterator[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(head.decode())
        await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
    writer.close()
    await writer.wait_closed()


def _cpu(pid: int) -> float:
    """User and system time of another process, finer than /proc's hundredths of a second."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(pid)
    return time.clock_gettime(clock.value)


def _postgis() -> list[int]:
    """All its processes, once every connection is there."""
    with transaction() as db:
        return list(db.scalars(text("SELECT pid FROM pg_stat_activity")))


def _kept() -> int:
    with transaction() as db:
        return int(db.scalar(text("SELECT count(*) FROM inbox")) or 0)


def signed(body: bytes) -> bytes:
    """A request of LINE's with this body."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    head = (
        "POST /line/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: LineBotWebhook/2.0\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"X-Line-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _body(events: list[dict[str, Any]]) -> bytes:
    whole = {"destination": f"U{'0' * 31}1", "events": events}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def event() -> dict[str, Any]:
    """One event, and no two alike."""
    number = next(_number)
    messages: tuple[dict[str, Any], ...] = (
        {"type": "text", "text": "交差点の手前の道路に大きな穴があいています。"},
        {"type": "image", "contentProvider": {"type": "line"}, "quoteToken": uuid.uuid4().hex},
        {"type": "location", "latitude": 35.7012, "longitude": 139.5093, "address": "東京都"},
    )
    return {
        "type": "message",
        "message": {**messages[number % 3], "id": str(10**17 + number)},
        "webhookEventId": f"01{uuid.uuid4().hex[:24].upper()}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": _BEGAN + number,
        "source": {"type": "user", "userId": f"U{number % 500:032x}"},
        "replyToken": uuid.uuid4().hex,
        "mode": "active",
    }


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
