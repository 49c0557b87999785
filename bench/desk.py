"""The desk's first page with a large city's tickets, against the same page of a list of none.

    python -m bench.desk [rounds] [open] [closed]

The page and its list are asked for over HTTP, without what a browser had kept; CPU is that of the
web process and of PostgreSQL's. Bytes are those of the wire. In Chromium (`CHROMIUM`, else
Playwright's own), without a map: the nodes of the page and the longest time in which it did not
answer while tickets changed. Ends with an error when something is above its limit.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final
from urllib.parse import urlencode

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from bench.ground import ground
from bench.growth import fill
from bench.looking_on import PASSWORD, prepare
from bench.programs import running
from bench.rounds import interleave, report
from bench.trials import wait_for
from local.machine.processes import free_ports, is_listening
from reports.tickets.lock import changed
from reports.tickets.models import Ticket
from store.database import transaction

Processes = tuple[psutil.Process, psutil.Process]
TIMES: Final = 10
CHANGES: Final = 3
NONE: Final = "department=nobody_has_this_key"
EMPTY: Final = "a list of none"
LIMITS: Final = {"first page": 1.5}
MOST: Final = {"kB more": 150.0, "kB of a change": 5.0, "nodes": 1_500.0, "ms of a frame": 100.0}
_WATCH: Final = """
    window.longest = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    }).observe({ type: "longtask", buffered: false });
"""
_NO_MAP: Final = """
    const drawn = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : drawn.call(this, kind, ...more);
    };
"""


def main(rounds: int = 20, open_ones: int = 20_000, closed: int = 1_000_000) -> int:
    with ground(durable=False) as folder:
        fill(open_ones, closed)
        prepare()
        (port,) = free_ports([0])
        site = f"http://127.0.0.1:{port}"
        address = {"HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": site}
        with running(folder, "web", **address) as web:
            wait_for(lambda: is_listening(port))
            with _signed_in(site) as desk:
                kept = _pages(desk, _both(web), rounds, f"{open_ones:,} open, {closed:,} closed")
                sizes = _sizes(desk)
            sizes |= _in_chromium(site)
    for name, size in sizes.items():
        print(f"{name}: {size:.1f} (at most {MOST[name]:g})")
    return 0 if kept and all(size <= MOST[name] for name, size in sizes.items()) else 1


def _pages(desk: httpx.Client, of: Processes, rounds: int, title: str) -> bool:
    none, first = (partial(_cpu, of, partial(_open, desk, query)) for query in (NONE, ""))
    ways: dict[str, Callable[[], float]] = {
        EMPTY: none,
        "first page": first,
        f"{EMPTY} again (A/A)": none,
    }
    interleave(ways, 2)
    return report(f"CPU of the desk's first page: {title}", interleave(ways, rounds), EMPTY, LIMITS)


def _sizes(desk: httpx.Client) -> dict[str, float]:
    more = _open(desk, "") - _open(desk, NONE)
    whole = desk.get("/staff/tickets.geojson").json()
    _change(whole["features"][0]["properties"]["number"])
    asked = urlencode({"since": whole["moment"], "day": whole["day"], "words": whole["words"]})
    return {"kB more": more / 1000, "kB of a change": _bytes(desk, f"/changes?{asked}") / 1000}


def _in_chromium(site: str) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        page = browser.new_page(base_url=site, locale="ja-JP")
        page.add_init_script(_NO_MAP)
        page.goto("/sign-in")
        page.get_by_label("名前").fill("sato")
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="サインイン").click()
        page.locator("#tickets li").first.wait_for()
        found = {"nodes": page.evaluate("document.querySelectorAll('*').length")}
        found["ms of a frame"] = _longest_frame(page)
        browser.close()
    return found


def _longest_frame(page: Page) -> float:
    """While tickets of the list change, one after the other."""
    page.evaluate(_WATCH)
    for turn in range(CHANGES):
        number = page.locator("#tickets li").nth(turn).get_attribute("data-number")
        with page.expect_response(lambda told: "/changes" in told.url and told.status == 200):
            _change(str(number))
    page.wait_for_timeout(500)
    return float(page.evaluate("longest"))


def _open(desk: httpx.Client, query: str) -> int:
    """The page and its list; how many bytes came."""
    return _bytes(desk, f"/?{query}", at="/staff") + _bytes(desk, f".geojson?{query}")


def _bytes(desk: httpx.Client, address: str, at: str = "/staff/tickets") -> int:
    with desk.stream("GET", f"{at}{address}") as answer:
        answer.raise_for_status()
        return len(b"".join(answer.iter_raw()))


def _change(number: str) -> None:
    with transaction() as db:
        found = db.query(Ticket).where(Ticket.number == number).one()
        changed(db, found)


def _both(web: int) -> Processes:
    """The web process, and the server of our own database: others may run beside it."""
    with transaction() as db:
        backend = db.scalar(text("SELECT pg_backend_pid()"))
    server = psutil.Process(backend).parent()
    assert server
    return psutil.Process(web), server


def _cpu(of: Processes, work: Callable[[], object]) -> float:
    """Seconds for one of TIMES."""
    before = _used(*of)
    for _ in range(TIMES):
        work()
    return (_used(*of) - before) / TIMES


def _used(web: psutil.Process, server: psutil.Process) -> float:
    """With the backends that have ended, which the server has counted."""
    used = sum(web.cpu_times()[:2]) + sum(server.cpu_times()[:4])
    for backend in server.children():
        with suppress(psutil.NoSuchProcess):
            used += sum(backend.cpu_times()[:2])
    return used


@contextmanager
def _signed_in(site: str) -> Iterator[httpx.Client]:
    headers = {"Accept-Encoding": "gzip"}
    with httpx.Client(base_url=site, timeout=60, headers=headers, trust_env=False) as desk:
        desk.post("/sign-in", data={"name": "sato", "password": PASSWORD})
        yield desk


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
