"""Residents and staff for a drill: a LINE platform on loopback, a balancer, and what is seen."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from crowd import AT_ONCE, Crowd, _Heard, _Player, say_last_words, visits
from drill_ground import Ground, block_with, say, until
from evidence import Evidence
from oracle import Finding, copies, findings
from quiet import owed, settle
from report import Result, show
from stage import _FRESH, _KEEP_KEYS, ROUGH, Stage
from storm import Blow

from local.day.office import Office
from local.machine import parts
from local.machine.processes import free_ports
from local.machine.stack import Stack
from local.machine.wish import bare_environment
from settings import ROOT

_BEGINS = """
from importlib import import_module
try:
    app = import_module("cli.app").app
except ModuleNotFoundError:
    app = import_module("cli").app
app(prog_name="michi")
"""
MICHI = (sys.executable, "-c", _BEGINS)
"""Of the checkout that PYTHONPATH names, of whatever version since 0.4.0."""
WORKERS = ("photos", "routing", "messages", "letters")
SEED = 16
APART = 0.3
APART_SECONDS, MOST_EVENTS = 2.5, 6000
"""A visit takes seven events."""


def environment(folder: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """Of all processes but for where the servers are; `port` is the balancer's."""
    api, data = free_ports([0, 0])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return bare_environment() | {
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "SECRET_KEY": "a key for drills, and long enough for it",
        "LINE_CHANNEL_SECRET": "a-secret-for-drills",
        "LINE_CHANNEL_ACCESS_TOKEN": "a-token-for-drills",
        "LINE_API_URL": f"http://127.0.0.1:{api}",
        "LINE_DATA_API_URL": f"http://127.0.0.1:{data}",
        "PHOTO_STORE_URL": (folder / "photos").as_uri(),
        "PUSH_GATHER_SECONDS": "3",
        "CREW_UNDO_SECONDS": "0",
        "TZ": "Asia/Tokyo",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def begin_line(ground: Ground, env: Mapping[str, str]) -> None:
    """The LINE platform, whose web hook is the balancer's."""
    program = parts.line_platform(ground.folder, env)
    ground.begin("line", *program.argv, env=env)
    until(lambda: httpx.get(env["LINE_API_URL"] + "/_platform/sent"), 60, "LINE does not answer")


def command(
    *words: str, env: Mapping[str, str], cwd: Path = ROOT, code: Sequence[int] = (0,)
) -> str:
    """One command of Michi, to its end; what it said."""
    run = {**env, "PYTHONPATH": str(cwd)}
    done = subprocess.run([*MICHI, *words], env=run, cwd=cwd, capture_output=True, text=True)
    assert done.returncode in code, done.stdout + done.stderr
    return f"{done.stdout}{done.stderr}→ {done.returncode}"


PATIENT = (("check", "3s", "60s"), ("connect", "3s", "30s"), ("server", "5s", "60s"))
"""Times of the book's file: for what, how long it is there, and for a drill that loses nothing."""


class Balancer:
    """HAProxy with the file of the book, on ports of this machine."""

    def __init__(
        self, ground: Ground, port: int, webs: Sequence[int], *, patient: bool = False
    ) -> None:
        """`patient`: a web that is slow is not away, for this machine has much else to do; one that
        has ended is, as ever, at once."""
        words = block_with("three-machines.md", "frontend michi")
        self._socket = ground.folder / "haproxy.sock"
        words = words.replace("10.0.0.13:8080", f"127.0.0.1:{port}")
        for address, web in zip(("10.0.0.11:8000", "10.0.0.12:8000"), webs, strict=True):
            words = words.replace(address, f"127.0.0.1:{web}")
        words = words.replace("maxconn 4000", f"maxconn 1000\n    stats socket {self._socket}")
        if patient:
            for name, book, here in PATIENT:
                assert f"timeout {name} {book}\n" in words
                words = words.replace(f"timeout {name} {book}\n", f"timeout {name} {here}\n")
        file = ground.folder / "haproxy.cfg"
        file.write_text(words)
        ground.begin("haproxy", "/usr/sbin/haproxy", "-db", "-f", file)

    def answered(self) -> dict[str, int]:
        """How many of each kind the frontend has answered: 2xx, 3xx, 4xx, 5xx."""
        rows = self._ask("show stat")
        head = rows[0].lstrip("# ").split(",")
        row = next(r.split(",") for r in rows if r.startswith("michi,FRONTEND"))
        return {f"{n}xx": int(row[head.index(f"hrsp_{n}xx")] or 0) for n in (2, 3, 4, 5)}

    def _ask(self, words: str) -> list[str]:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(str(self._socket))
            wire.sendall(words.encode() + b"\n")
            return b"".join(iter(lambda: wire.recv(65536), b"")).decode().splitlines()


def begin_processes(
    ground: Ground, of: str, env: Mapping[str, str], web: int, *, cwd: Path = ROOT
) -> list[str]:
    """web on this port, one of each worker, and the clock; gives their names."""
    env = {**env, "PORT": str(web), "PYTHONPATH": str(cwd)}
    ground.begin(f"{of}-web", *MICHI, "web", env=env, cwd=cwd)
    for queue in WORKERS:
        ground.begin(f"{of}-{queue}", *MICHI, "worker", queue, env=env, cwd=cwd)
    ground.begin(f"{of}-clock", *MICHI, "clock", env=env, cwd=cwd)
    return [f"{of}-{name}" for name in ("web", *WORKERS, "clock")]


def ready(port: int, seconds: float = 300) -> float:
    """Seconds until the web on this port can work."""
    address = f"http://127.0.0.1:{port}/readyz"
    return until(
        lambda: httpx.get(address, timeout=5).status_code == 200, seconds, f"{address} is not ready"
    )


@contextmanager
def stage_of(folder: Path, env: Mapping[str, str], rows_by: str, store: Any) -> Iterator[Stage]:
    """On which the crowd of the chaos plays. `rows_by`: the address of the tables' owner."""
    users = json.loads((folder / "users.json").read_text())
    michi = Stack(folder, {**env, "DATABASE_OWNER_URL": rows_by}, users)
    with httpx.Client(base_url=env["LINE_API_URL"], timeout=60, limits=_FRESH) as line:
        stage = Stage(michi, line, store, SimpleNamespace(left_out=[]))  # type: ignore[arg-type]
        stage.rows(_KEEP_KEYS)
        stage.order("delivery", **ROUGH, seed=SEED)
        yield stage


@contextmanager
def crowd_at(stage: Stage) -> Iterator["Playing"]:
    """Residents report and staff move for as long as the block takes, however slow this machine
    is."""
    playing = Playing(stage)
    with ThreadPoolExecutor(1) as hand:
        over = hand.submit(playing.play)
        try:
            yield playing
        finally:
            playing.over.set()
        over.result()


class Playing:
    """A crowd at it."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._crowd = stage, Crowd()
        self.over = threading.Event()

    def play(self) -> None:
        """One visit after the other begins, until it is over; returns when all have ended."""
        stage, heard = self._stage, _Heard(self._stage)
        with (
            closing(Office(stage.michi.web, "staff", stage.michi.sign_in["staff"])) as staff,
            ThreadPoolExecutor(AT_ONCE) as hands,
            heard,
        ):
            begun = []
            for visit in visits(SEED, MOST_EVENTS):
                begun.append(hands.submit(_Player(stage, self._crowd, heard, staff, visit).play))
                if self.over.wait(APART_SECONDS):
                    break
            for visited in begun:
                visited.result()

    def judge(self, blows: Sequence[Blow], *, seconds: float) -> list[Finding]:
        """Once all have come and nothing waits: what was lost, told twice, or not answered."""
        crowd = self._crowd
        late = settle(self._stage, crowd)
        for who in (crowd.people, owed(self._stage)):
            say_last_words(self._stage, crowd, who)
            settle(self._stage, crowd)
        seen = Evidence(self._stage, crowd)
        found = findings(seen, blows)
        events = sum(len(act.events) for act in crowd.acts)
        result = Result(events, len(seen.tickets), copies(seen, blows), found, [*blows])
        print(show(result, SEED, seconds))
        say(f"put off: {late}" if late else "nothing was put off", f"{len(seen.moves)} moves")
        return found


class Probe:
    """Asks the balancer for a page all the time; `asked`: when, how long it took, why not."""

    def __init__(self, address: str) -> None:
        self._address, self._over = address, threading.Event()
        self.asked: list[tuple[float, float, str]] = []
        self._asking = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> "Probe":
        self._asking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._asking.join()

    def answers(self) -> bool:
        """Whether it is had just now."""
        return httpx.get(self._address, timeout=5).status_code < 500

    def felt(self, since: float) -> str:
        """Since then (time.monotonic): from the first to the last time it was not had, and the
        longest that somebody waited for it."""
        asked = [one for one in self.asked if one[0] >= since]
        slowest = f"slowest page {max((took for _, took, _ in asked), default=0):.1f} s"
        times = [at for at, _, why in asked if why]
        if not times:
            return f"pages never away, {slowest}"
        kinds = sorted({why for _, _, why in asked if why})
        return (
            f"pages away for {times[-1] - times[0] + APART:.1f} s ({', '.join(kinds)}), {slowest}"
        )

    def _ask(self) -> None:
        while not self._over.wait(APART):
            began, why = time.monotonic(), "no answer"
            with suppress(httpx.HTTPError):
                status = httpx.get(self._address, timeout=15).status_code
                why = "" if status < 500 else str(status)
            self.asked.append((began, time.monotonic() - began, why))
