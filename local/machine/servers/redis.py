"""A Redis of our own on a private unix socket; it holds only what may be lost."""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from local.machine.processes import Program, Trouble
from local.machine.servers.server import Pause, Running, Server, started, wait_until
from local.machine.servers.sockets import socket_folder

BINARIES = ("redis-server", "valkey-server")
READY_WITHIN = 30.0

SETTINGS = {
    "--port": "0",
    "--unixsocketperm": "700",
    "--appendonly": "yes",
    "--save": "",
    "--maxmemory-policy": "noeviction",
}


def start(data: Path) -> Running:
    """Start a Redis that keeps its append-only file in `data` and wait until it answers.

    Its log is `<data>.log`. Raises Trouble when Redis is missing or does not come up.
    """
    return started(prepare(data), wait_until_ready)


def prepare(data: Path, *, log: Path | None = None) -> Server:
    """The server as a program to launch."""
    data = data.absolute()
    data.mkdir(parents=True, mode=0o700, exist_ok=True)
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        raise Trouble("Redis is not installed")
    sockets = socket_folder("redis", data)
    places = {"--dir": str(data), "--unixsocket": str(sockets / "redis.sock")}
    program = Program(
        name="redis",
        argv=(binary, *(word for pair in (SETTINGS | places).items() for word in pair)),
        log=log or data.with_name(f"{data.name}.log"),
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
    )
    return Server(program, sockets, f"unix://{sockets / 'redis.sock'}?db=0")


def wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], pause: Pause = time.sleep
) -> None:
    """Return once the server answers; else Trouble."""
    wait_until(_answers, server, process, pause, name="Redis", seconds=READY_WITHIN)


def _answers(url: str) -> bool:
    with suppress(RedisError), Redis.from_url(url) as redis:
        return bool(redis.ping())
    return False
