"""What the web hook's answers take beside 45 trials of a routing table, against idle.

    python -m bench.trials [rounds]

`michi web` and `michi worker routing` run as in production on a throw-away PostGIS with 5,000
tickets. Staff ask for 45 trials at once and look at each as its page does, while LINE's events
come. Ends with an error when the 95th percentile beside them is above LIMIT times the idle one.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import chain
from multiprocessing import get_context
from statistics import quantiles
from typing import Final

import httpx
from sqlalchemy import text

from bench.ground import ground
from bench.programs import running
from bench.rounds import interleave, report
from bench.webhook import event, signed
from local.machine.processes import free_ports, is_listening
from reports.city.clock import today
from reports.people.accounts import create_user
from reports.routing import versions
from store.database import transaction

LIMIT: Final = 2.0
TRIALS: Final = 45
REQUESTS: Final = 1500
CONNECTIONS: Final = 2
PAUSE_SECONDS: Final = 0.02
PASSWORD: Final = "a password for figures"
_MANY: Final = text("""
    INSERT INTO tickets (number, category, place, owner, department_id, received_at, routed_at, why)
    SELECT 'N' || n, (array['pothole', 'tree', 'sign', 'debris'])[1 + n % 4],
           ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), 'city', 1 + n % 4,
           now() - n * interval '10 seconds', now(),
           jsonb_build_object('reason', 'rule', 'rule', n % 7)
    FROM generate_series(1, 5000) n
""")


def main(rounds: int = 5) -> int:
    with ground(durable=False) as folder, ExitStack() as ending:
        version = _prepared()
        (port,) = free_ports([0])
        ending.enter_context(running(folder, "web", HOST="127.0.0.1", PORT=str(port)))
        ending.enter_context(running(folder, "worker", "routing"))
        wait_for(lambda: is_listening(port))
        idle = partial(_idle, port)
        measures: dict[str, Callable[[], float]] = {
            "idle": idle,
            "beside 45 trials": partial(_beside, port, version),
            "idle again (A/A)": idle,
        }
        interleave(measures, 1)
        samples = interleave(measures, rounds)
    title = "95th percentile of the web hook's answers"
    return 0 if report(title, samples, "idle", {"beside 45 trials": LIMIT}) else 1


def _prepared() -> int:
    """Tickets, somebody at the desk, and the version to be tried."""
    with transaction() as db:
        db.execute(_MANY)
        create_user(db, name="sato", shown_name="佐藤", password=PASSWORD, role="staff")
        live = versions.live_rules(db)
        return versions.draft(db, live.lines, by="figures", based_on=live.version)


def _beside(port: int, version: int) -> float:
    """As many from when staff have pressed, or more until the last has seen what came of it."""
    staff = get_context("spawn").Process(target=_staff, args=(port, version), daemon=True)
    staff.start()
    wait_for(lambda: _done() is not None)
    looking_on = chain(range(REQUESTS), iter(staff.is_alive, False))
    found = asyncio.run(answers(port, looking_on))
    staff.join()
    if _done() != TRIALS:
        raise SystemExit(f"{_done()} trials were done instead of {TRIALS}")
    with transaction() as db:
        db.execute(text("DELETE FROM trial_runs"))
    return percentile(found)


def _done() -> int | None:
    """How many; None while nobody has asked for any."""
    with transaction() as db:
        states = db.scalars(text("SELECT state FROM trial_runs")).all()
    return states.count("done") if states else None


def _staff(port: int, version: int) -> None:
    os.nice(19)  # they sit at machines of their own
    asyncio.run(_at_their_desks(port, version))


async def _at_their_desks(port: int, version: int) -> None:
    site = f"http://127.0.0.1:{port}"
    rests = httpx.Limits(keepalive_expiry=2)  # the server closes what rests for five seconds
    async with httpx.AsyncClient(base_url=site, timeout=60, trust_env=False, limits=rests) as desk:
        await desk.post("/sign-in", data={"name": "sato", "password": PASSWORD})
        page = (await desk.get(f"/staff/rules/{version}")).text
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        pages = (_page(desk, version, csrf, days) for days in range(2, 2 + TRIALS))
        await asyncio.gather(*pages)


async def _page(desk: httpx.AsyncClient, version: int, csrf: str, days: int) -> None:
    """As web/desk/rules/trial.js does."""
    since = (today() - timedelta(days=days)).isoformat()
    fields = {"csrf": csrf, "since": since}
    told = (await desk.post(f"/staff/rules/{version}/trial", data=fields)).json()
    look = f"/staff/rules/trials/{told['trial']}"
    while "done" in told:
        await asyncio.sleep(min(0.5 * (1 + told["ahead"]), 10.0))
        told = (await desk.get(look)).json()


def _idle(port: int) -> float:
    return percentile(asyncio.run(answers(port, iter(range(REQUESTS)))))


def percentile(seconds: list[float]) -> float:
    """The 95th."""
    return quantiles(seconds, n=20)[-1]


async def answers(port: int, turns: Iterator[object]) -> list[float]:
    """How long each took, one for each turn."""
    found = await asyncio.gather(*(_on_one(port, turns) for _ in range(CONNECTIONS)))
    return [seconds for each in found for seconds in each]


async def _on_one(port: int, turns: Iterator[object]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    for _ in turns:
        body = json.dumps({"destination": "U", "events": [event() | {"mode": "standby"}]})
        begun = time.perf_counter()
        writer.write(signed(body.encode()))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(head.decode())
        await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
        found.append(time.perf_counter() - begun)
        await asyncio.sleep(PAUSE_SECONDS)
    writer.close()
    return found


def wait_for(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
