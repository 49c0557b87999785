"""Upgrade under load: old and new processes side by side on one database, back and forward.

The version before is its own checkout, out of this repository's history.
"""

import subprocess
import tarfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from drill_ground import Ground, say
from drill_town import (
    Balancer,
    begin_line,
    begin_processes,
    command,
    crowd_at,
    environment,
    ready,
    stage_of,
)
from stage import Stage

from local.machine.processes import free_ports
from local.machine.servers import postgres, redis
from settings import ROOT

pytestmark = pytest.mark.long

VERSIONS = {"0.17.0": "6a8f26f5", "0.14.0": "c921ce8", "0.4.0": "6b47e3a"}
"""The last commit before the next version."""
BESIDE = 12.0
"""Seconds that both serve."""


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path) as ground:
        yield ground


@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_and_the_way_back_are_not_noticed(
    version: str, ground: Ground, tmp_path: Path
) -> None:
    old = checkout(VERSIONS[version], tmp_path / "old")
    port, one, other = free_ports([0, 0, 0])
    cluster = postgres.start(tmp_path / "postgres")
    queue = redis.start(tmp_path / "redis")
    try:
        by = cluster.url if version == "0.4.0" else postgres.for_application(cluster.url)
        env = environment(tmp_path, port, {"DATABASE_URL": by, "REDIS_URL": queue.url})
        owner = {**env, "DATABASE_OWNER_URL": cluster.url}
        begin_line(ground, env)
        prepare = ("prepare", "local/sample_city", "--write", str(tmp_path / "users.json"))
        command(*prepare, env=owner, cwd=old)
        balancer = Balancer(ground, port, (one, other), patient=True)
        before = begin_processes(ground, "old", env, one, cwd=old)
        ready(one)
        files = SimpleNamespace(keys=lambda: stored(tmp_path / "photos"))
        began = time.monotonic()
        with stage_of(tmp_path, env, cluster.url, files) as stage:
            with crowd_at(stage) as playing:
                time.sleep(BESIDE)
                say(f"{version} serves:", schema(stage))
                play(ground, stage, env, owner, old, (one, other), before)
            found = playing.judge([], seconds=time.monotonic() - began)
        say("answers of the balancer:", answers := balancer.answered())
        assert found == []
        assert answers["5xx"] == 0
    finally:
        queue.stop()
        cluster.stop()


def play(
    ground: Ground,
    stage: Stage,
    env: dict[str, str],
    owner: dict[str, str],
    old: Path,
    ports: tuple[int, int],
    before: list[str],
) -> None:
    """Forward, one version back, forward again: the steps of docs/running/upgrade.md."""
    one, other = ports
    say("michi migrate --check\n", command("migrate", "--check", env=owner, code=(0, 1)))
    at = time.monotonic()
    command("migrate", env=owner)
    say(f"michi migrate: {time.monotonic() - at:.1f} s,", schema(stage))
    after = begin_processes(ground, "new", env, other)
    say(f"new processes beside them, ready after {ready(other):.1f} s")
    time.sleep(BESIDE)
    swap(ground, before, "the old processes have gone")
    time.sleep(BESIDE)
    back = begin_processes(ground, "back", env, one, cwd=old)
    say(f"one version back on the new schema, ready after {ready(one):.1f} s")
    swap(ground, after, "the new processes have gone")
    time.sleep(BESIDE)
    begin_processes(ground, "again", env, other)
    say(f"forward again, ready after {ready(other):.1f} s")
    swap(ground, back, "the old processes have gone")


def checkout(commit: str, folder: Path) -> Path:
    """All of that commit, with this checkout's front-end packages."""
    packed = subprocess.run(["git", "-C", ROOT, "archive", commit], capture_output=True)
    assert packed.returncode == 0, f"{commit} is not here: git fetch --unshallow"
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    (folder / "web" / "node_modules").symlink_to((ROOT / "web" / "node_modules").resolve())
    return folder


def swap(ground: Ground, names: list[str], words: str) -> None:
    """These are asked to stop, one after the other."""
    took = {name: ground.stop(name) for name in names}
    say(f"{words}: {', '.join(f'{name} {seconds:.1f} s' for name, seconds in took.items())}")


def schema(stage: Stage) -> str:
    (row,) = stage.rows("SELECT max(version_num) AS version FROM alembic_version")
    return f"schema {row['version']}"


def stored(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
