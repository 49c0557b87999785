"""Three machines, each of whose servers and processes is lost while residents report.

All by the files of docs/running/three-machines.md, on ports of this machine: PostgreSQL with two
standbys, Redis with Sentinels, PgBouncer, HAProxy, an S3 server, two of each process.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from drill_ground import Ground, say, until
from drill_machines import NAMES, Machines
from drill_town import (
    Balancer,
    Probe,
    begin_line,
    begin_processes,
    command,
    crowd_at,
    environment,
    ready,
    stage_of,
)
from photo_places import a_bucket
from stage import Stage
from storm import Blow

from local.machine.processes import free_ports

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL is started as its own user"),
]

HELD, REST = 10.0, 3.0
"""Seconds for which a part is lost, and until the next one is."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where PostgreSQL's user may enter."""
    made = Path(tempfile.mkdtemp(prefix="michi-drill-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_each_part_is_lost_and_nothing_else(folder: Path) -> None:
    port, *webs = free_ports([0, 0, 0])
    with Ground(folder) as ground, a_bucket(folder) as bucket:
        machines = Machines(ground)
        machines.begin()
        say("PostgreSQL, Redis, Sentinels and PgBouncer answer")
        base = environment(folder, port, bucket.env)
        a, b = ({**base, **machines.settings(name)} for name in "ab")
        owner = b.pop("DATABASE_OWNER_URL")
        assert a.pop("DATABASE_OWNER_URL") == owner
        begin_line(ground, base)
        users = str(folder / "users.json")
        prepare = ("prepare", "local/sample_city", "--write", users)
        command(*prepare, env={**a, "DATABASE_OWNER_URL": owner})
        say("michi migrate, load-city and add-user: past PgBouncer, by the one that is written to")
        Balancer(ground, port, webs)
        for name, env, web in (("a", a, webs[0]), ("b", b, webs[1])):
            begin_processes(ground, name, env, web)
        for web in webs:
            ready(web)
        began = time.monotonic()
        with stage_of(folder, base, owner, bucket) as stage:
            with Probe(f"http://127.0.0.1:{port}/readyz") as probe, crowd_at(stage) as playing:
                losses = Losses(ground, machines, stage, probe)
                losses.all(bucket.frozen)
            found = playing.judge(losses.blows, seconds=time.monotonic() - began)
        losses.show()
        assert found == []
        assert all(machines.follows(name) for name in NAMES if name != machines.primary)


class Losses:
    """One after the other; what each did."""

    def __init__(self, ground: Ground, machines: Machines, stage: Stage, probe: Probe) -> None:
        self._ground, self._machines = ground, machines
        self._stage, self._probe = stage, probe
        self.blows: list[Blow] = []
        self._told: list[str] = []

    def all(self, frozen_store: Callable[[], object]) -> None:
        for name in ("a-web", "b-messages", "b-routing", "a-photos", "b-clock", "pgbouncer-a"):
            self._lost(name)
            self._hung(name)
        for what in (self._lost, self._hung):
            what(f"redis-{self._machines.master()}")
            what("sentinel-b")
            what("postgres-c" if self._machines.primary != "c" else "postgres-b")
            self._primary(hangs=what == self._hung)
        with self._blow("S3: hangs"), frozen_store():  # type: ignore[attr-defined]
            time.sleep(HELD)

    def show(self) -> None:
        """What each was felt as."""
        for line in self._told:
            say(line)

    def _lost(self, name: str) -> None:
        with self._blow(f"{name}: kill -9"):
            self._ground.lose(name)
            time.sleep(HELD)
            self._ground.again(name)

    def _hung(self, name: str) -> None:
        with self._blow(f"{name}: hangs"):
            self._ground.hang(name)
            time.sleep(HELD)
            self._ground.hang(name, False)

    def _primary(self, *, hangs: bool) -> None:
        """It is not given back as it was: what it has is copied anew from the one in its place."""
        was = self._machines.primary
        with self._blow(f"postgres-{was}, written to: {'hangs' if hangs else 'kill -9'}"):
            if hangs:
                self._ground.hang(f"postgres-{was}")
                time.sleep(HELD)
            self._ground.lose(f"postgres-{was}")
            self._machines.promote(was)
        self._machines.give_back(was)

    def _blow(self, what: str) -> "_Blow":
        return _Blow(self, what)

    def begin(self, what: str) -> tuple[float, int]:
        say("⚡", what)
        return time.monotonic(), _now()

    def end(self, what: str, at: float, begun: int) -> None:
        kind = what.split("-", 1)[-1] if what[:2] in ("a-", "b-") else what
        self.blows.append(Blow(kind, "house", begun, ended := _now()))
        until(lambda: self._is_well(), 120, f"after {what} it is not as before")
        time.sleep(REST)
        rows = self._stage.rows(_SLOWEST, begun=begun / 1000, ended=ended / 1000)
        slowest = rows[0]["slowest"]
        heard = f"events heard within {slowest:.1f} s" if slowest is not None else "no event came"
        self._told.append(f"{what}: {self._probe.felt(at)}; {heard}")
        say("   ", self._told[-1])

    def _is_well(self) -> bool:
        return self._probe.answers() and bool(self._machines.master())


class _Blow:
    def __init__(self, losses: Losses, what: str) -> None:
        self._losses, self._what = losses, what

    def __enter__(self) -> None:
        self._at, self._begun = self._losses.begin(self._what)

    def __exit__(self, *wrong: object) -> None:
        if wrong[0] is None:
            self._losses.end(self._what, self._at, self._begun)


def _now() -> int:
    return int(time.time() * 1000)


_SLOWEST = """
    SELECT extract(epoch FROM max(coalesce(done_at, now()) - occurred_at))::float AS slowest
    FROM inbox WHERE occurred_at BETWEEN to_timestamp(%(begun)s) AND to_timestamp(%(ended)s)
"""
