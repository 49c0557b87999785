"""A Redis that Sentinels watch is found by them."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from drill_ground import until
from redis import Redis, RedisError

from local.machine.processes import free_ports
from settings import settings
from store.redis_clients import client
from workers.worker import is_open_to_strangers, worker_of


@pytest.fixture
def watched(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis with a password, and a Sentinel; the settings lead to the Sentinel alone."""
    port, sentinel, nobody = free_ports([0, 0, 0])
    files = {
        "redis": f"port {port}\nbind 127.0.0.1\nsave ''\nrequirepass geheim\n",
        "sentinel": f"port {sentinel}\nbind 127.0.0.1\nsentinel monitor michi 127.0.0.1 {port} 1\n"
        "sentinel auth-pass michi geheim\n",
    }
    running = []
    for name, words in files.items():
        (tmp_path / name).write_text(words)
        more = ["--sentinel"] if name == "sentinel" else []
        argv = ["redis-server", tmp_path / name, *more]
        running.append(subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.DEVNULL))
    asked = Redis(port=sentinel)
    until(lambda: asked.execute_command("SENTINEL", "CKQUORUM", "michi"), 20, "no Sentinel answers")
    both = f"127.0.0.1:{nobody},127.0.0.1:{sentinel}"
    monkeypatch.setenv("REDIS_URL", f"redis+sentinel://:geheim@{both}/michi/0")
    settings.cache_clear()
    yield running[0]
    asked.close()
    for each in running:
        each.kill()
        each.wait()


def test_the_sentinels_say_where_it_is(watched: subprocess.Popen[bytes]) -> None:
    with client(socket_timeout=1.0) as found:
        assert found.ping()
    assert not is_open_to_strangers()
    worker = worker_of("routing")
    worker.work(burst=True, logging_level="CRITICAL")
    watched.kill()
    watched.wait()
    with client(socket_timeout=0.5) as found, suppress(RedisError):
        pytest.fail(f"it is gone, and says {found.ping()}")
