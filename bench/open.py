"""What the desk's answers take while the public reads, against while nobody does.

    python -m bench.open [rounds] [requests a second] [seconds]

`michi web`, one process, as in production on a throw-away PostGIS with 5,000 tickets and as many
public ones. Somebody at the desk asks for its list, what is new and a tile, while strangers, of 200
addresses, each counted by its limit, open the public map, ask for its points, its tiles and the
badge, half of them with what they have seen already. After END seconds no round is begun any more,
and whoever hangs ends it. Ends with an error when the desk's 95th percentile is above LIMIT times
the idle one, or when the public is not answered at this rate.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import count, cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

import httpx
from sqlalchemy import text

from bench import looking_on
from bench.ground import ground
from bench.growth import fill
from bench.programs import running
from bench.rounds import interleave, report
from bench.trials import percentile, wait_for
from local.machine.processes import free_ports, is_listening
from store.database import transaction

LIMIT: Final = 1.5
SERVED: Final = 0.9
"""So much of the rate must be answered."""
RATE: Final = 100
ADDRESSES: Final = 200
SECONDS: Final = 4
END: Final = 120.0
HANGS_AFTER: Final = 30.0
"""Seconds without a word from whoever was started."""
PAUSE_SECONDS: Final = 0.02
DESK: Final = (
    "/staff/tickets.geojson",
    "/staff/tickets/choices",
    "/map/tickets/15/29081/12902.mvt",
)
PUBLIC: Final = (
    "/open", "/open/points.json?lang=ja", "/open/city/13/7270/3225.mvt", "/open?lang=en",
    "/open/badge.svg", "/open/city/14/14541/6450.mvt", "/open?state=fixed&lang=easy_ja",
)  # fmt: skip
_PUBLISHED: Final = text("""
    INSERT INTO published_tickets (number, ticket_id, category, state, status, owner, department,
                                   town, place, received_at, fixed_at, closed_at, version)
    SELECT number, id, category, CASE WHEN id % 3 = 0 THEN 'fixed' ELSE 'open' END, status, 'city',
           '道路管理課', '本町' || id % 9, place, received_at - id % 90 * interval '1 day',
           CASE WHEN id % 3 = 0 THEN received_at END, CASE WHEN id % 3 = 0 THEN received_at END,
           nextval('published_versions')
    FROM tickets
""")


def main(rounds: int = 3, rate: int = RATE, seconds: int = SECONDS) -> int:
    end = time.monotonic() + END
    with ground(durable=True) as folder, ExitStack() as ending:
        fill(5_000, 0)
        looking_on.prepare()
        with transaction() as db:
            db.execute(_PUBLISHED)
        (port,) = free_ports([0])
        env = {"HOST": "127.0.0.1", "PORT": str(port), "TRUSTED_PROXIES": "127.0.0.1"}
        ending.enter_context(running(folder, "web", **env))
        begun = time.monotonic()
        wait_for(lambda: is_listening(port) or _hangs(begun))
        idle = partial(_desk, port, seconds)
        served: list[float] = []
        beside = f"beside {rate} requests of the public a second"
        ways: dict[str, Callable[[], float]] = {
            "nobody else": idle,
            beside: partial(_beside, port, rate, seconds, served),
            "nobody else again (A/A)": idle,
        }
        interleave(ways, 1)
        served.clear()
        samples = interleave(ways, 1)
        for turn in range(1, rounds):
            if time.monotonic() > end:
                break
            in_turn = ways if turn % 2 == 0 else dict(reversed(ways.items()))
            for name, found in interleave(in_turn, 1).items():
                samples[name] += found
    print(f"of the public were answered a second: {', '.join(f'{each:.0f}' for each in served)}")
    kept = report("95th percentile of the desk's answers", samples, "nobody else", {beside: LIMIT})
    return 0 if kept and min(served) >= rate * SERVED else 1


def _hangs(begun: float) -> bool:
    if time.monotonic() > begun + HANGS_AFTER:
        raise SystemExit("nobody listens")
    return False


def _heard(pipe: Connection, seconds: float) -> Any:
    """What comes through it, within so many seconds and HANGS_AFTER. Raises EOFError."""
    if not pipe.poll(seconds + HANGS_AFTER):
        raise SystemExit("the public hangs")
    return pipe.recv()


def _desk(port: int, seconds: int) -> float:
    return percentile(asyncio.run(_at_the_desk(port, seconds)))


async def _at_the_desk(port: int, seconds: int) -> list[float]:
    site = f"http://127.0.0.1:{port}"
    found: list[float] = []
    async with httpx.AsyncClient(base_url=site, timeout=20, trust_env=False) as desk:
        keys = {"name": "sato", "password": looking_on.PASSWORD}
        if (await desk.post("/sign-in", data=keys)).status_code != 303:
            raise SystemExit("the desk was turned away")
        until = time.monotonic() + seconds
        for path in cycle(DESK):
            if time.monotonic() > until:
                return found
            begun = time.perf_counter()
            (await desk.get(path)).raise_for_status()
            found.append(time.perf_counter() - begun)
            await asyncio.sleep(PAUSE_SECONDS)
    return found


def _beside(port: int, rate: int, seconds: int, served: list[float]) -> float:
    """The public comes a second before the desk is measured, and goes a second after it."""
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    asked = (port, rate, seconds + 2, theirs)
    public = get_context("spawn").Process(target=_public, args=asked, daemon=True)
    public.start()
    theirs.close()  # so that its end is noticed
    try:
        _heard(ours, 0)
        time.sleep(1)
        found = _desk(port, seconds)
        served.append(_heard(ours, 2))
    except EOFError as gone:
        raise SystemExit("the public was turned away") from gone
    public.join(HANGS_AFTER)
    return found


def _public(port: int, rate: int, seconds: int, told: Connection) -> None:
    os.nice(10)  # they sit elsewhere
    told.send("begun")
    many = asyncio.run(_strangers(f"http://127.0.0.1:{port}", rate, seconds))
    told.send(many / seconds)


async def _strangers(site: str, rate: int, seconds: int) -> int:
    """How many were answered, each asked at its own moment whether others were answered or not."""
    limits = httpx.Limits(max_connections=40, keepalive_expiry=2)
    tags: dict[str, str] = {}
    many = 0

    async def ask(client: httpx.AsyncClient, turn: int) -> None:
        nonlocal many
        path = PUBLIC[turn % len(PUBLIC)]
        known = {"if-none-match": tags[path]} if turn % 2 and path in tags else {}
        they = {"x-forwarded-for": f"203.0.113.{turn % ADDRESSES}"}
        try:
            answer = await client.get(path, headers=known | they)
        except httpx.TransportError:
            return  # as who gives up; the rate that was answered says so
        if answer.status_code not in (200, 204, 304):
            raise SystemExit(f"{path}: {answer.status_code}")
        tags[path] = answer.headers.get("etag", "")
        many += 1

    async with (
        httpx.AsyncClient(base_url=site, timeout=5, trust_env=False, limits=limits) as client,
        asyncio.TaskGroup() as group,
    ):
        begun = time.monotonic()
        for turn in count():
            at = turn / rate
            if at >= seconds:
                break
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            group.create_task(ask(client, turn))
    return many


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
