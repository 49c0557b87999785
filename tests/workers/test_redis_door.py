"""Redis behind TLS and a user of its own, as docs/running/redis.md has it; and open to anybody."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
from odd_jobs import TRACES
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from townsfolk import value

from local.machine.processes import free_ports
from local.machine.servers.redis import BINARIES
from settings import ROOT, settings
from store import jobs, tasks
from store.database import engine, transaction
from store.tasks import TaskKind
from workers.worker import CannotGoOn, is_open_to_strangers, work, worker_of

pytestmark = pytest.mark.usefixtures("database_url")

WRITTEN: Final = (ROOT / "docs" / "running" / "redis.md").read_text("utf-8")
CONFIG: Final = next(
    block for block in re.findall(r"```\n(.*?)```", WRITTEN, re.S) if "tls-port" in block
)
ADDRESS: Final = next(iter(re.findall(r"REDIS_URL=(rediss://\S+)`", WRITTEN)))


@contextmanager
def running(folder: Path, config: str, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Redis with this configuration, which the settings lead to."""
    (folder / "redis.conf").write_text(f"{config}\nsave ''\ndir {folder}\n")
    log = (folder / "redis.log").open("w")
    with subprocess.Popen([_binary(), folder / "redis.conf"], stdout=log) as server:
        monkeypatch.setenv("REDIS_URL", url)
        forget()
        try:
            until_it_answers(url, server)
            yield url
        finally:
            forget()
            server.kill()
            log.close()


def _binary() -> str:
    return next(filter(None, map(shutil.which, BINARIES)))


def forget() -> None:
    """Whatever leads to the Redis of before."""
    for cached in (settings, jobs.quick_redis, jobs._queue):
        cached.cache_clear()


def until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with suppress(RedisError), Redis.from_url(url) as redis:
            redis.client_id()
            return
        time.sleep(0.05)
    pytest.fail("Redis has ended")


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The Redis of the document: its lines and its address, on a port and with keys of its own."""
    key, certificate = tmp_path / "redis.key", tmp_path / "redis.crt"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    (port,) = free_ports([0])
    config = re.sub(r"(tls-(ca-)?cert-file) .*", rf"\1 {certificate}", CONFIG)
    config = re.sub(r"(tls-key-file) .*", rf"\1 {key}", config)
    config = config.replace("tls-port 6380", f"tls-port {port}\nbind 127.0.0.1")
    url = ADDRESS.replace("redis.example.jp:6380", f"127.0.0.1:{port}")
    url = re.sub(r"ssl_ca_certs=.*", f"ssl_ca_certs={certificate}", url)
    with running(tmp_path, config, url, monkeypatch):
        yield url


@pytest.fixture
def odd_jobs() -> Iterator[None]:
    known = {kind.name for kind in tasks.kinds()}
    for name, queue in (("leave_a_trace", "routing"), ("stop_redis", "routing"), ("die", "photos")):
        tasks.learn([TaskKind(name, queue, f"odd_jobs:{name}", time_out=60, lease=300)])
    TRACES.clear()
    yield
    for name in {kind.name for kind in tasks.kinds()} - known:
        del tasks._known[name]


@pytest.mark.usefixtures("odd_jobs")
def test_all_that_michi_does_with_redis_is_allowed_behind_that_door(guarded: str) -> None:
    for name in ("leave_a_trace", "die"):
        with transaction() as db:
            tasks.later(db, name)
    with transaction() as db:
        jobs.hand_over_again(tasks.due(db))
    engine().dispose()
    for queue in ("routing", "photos"):
        worker = worker_of(queue)
        worker.work(burst=True, logging_level="CRITICAL")
        worker.run_maintenance_tasks()
    assert len(TRACES) == 1
    error = value("SELECT error FROM tasks WHERE name = 'die'")
    assert error == "the process that did it was killed"
    assert jobs.quick_redis().ping()


def test_others_are_not_let_in_and_michis_user_may_do_no_more(guarded: str) -> None:
    assert not is_open_to_strangers()
    nobody = re.sub(r"//.*@", "//", guarded)
    with Redis.from_url(nobody) as redis, pytest.raises(AuthenticationError):
        redis.get("rq:queues")
    with Redis.from_url(guarded) as redis:
        for command in ("GET another:key", "FLUSHALL", "CONFIG GET dir", "EVAL return 0"):
            with pytest.raises(NoPermissionError):
                redis.execute_command(*command.split())


@pytest.mark.parametrize(("lock", "is_open"), [("", True), ("requirepass geheim", False)])
def test_a_redis_that_obeys_anybody_over_a_network_is_noticed(
    lock: str, is_open: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_open_to_strangers()  # that of the tests, which has a socket alone
    (port,) = free_ports([0])
    url = f"redis://{':geheim@' if lock else ''}127.0.0.1:{port}/0"
    config = f"bind 127.0.0.1\nport {port}\n{lock}"
    with running(tmp_path, config, url, monkeypatch):
        assert is_open_to_strangers() is is_open


@pytest.mark.usefixtures("odd_jobs")
def test_a_worker_whose_redis_goes_away_in_the_middle_ends_with_1_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (port,) = free_ports([0])
    url = f"redis://127.0.0.1:{port}/0"
    with running(tmp_path, f"bind 127.0.0.1\nport {port}", url, monkeypatch):
        with transaction() as db:
            tasks.later(db, "stop_redis")
        engine().dispose()
        with pytest.raises(CannotGoOn) as ended:
            work("routing")
    assert str(ended.value).startswith("✗ ")
    assert "REDIS_URL" in str(ended.value)
