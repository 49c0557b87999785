"""A Redis of our own on a private unix socket; it holds only what may be lost."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from local.machine.processes import Program, Trouble, end, last_lines, launch
from local.machine.servers.sockets import remove_socket_folder, socket_folder

BINARIES = ("redis-server", "valkey-server")
READY_WITHIN = 30.0

SETTINGS = {
    "--port": "0",
    "--unixsocketperm": "700",
    "--appendonly": "yes",
    "--save": "",
    "--maxmemory-policy": "noeviction",
}

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Server:
    """A server ready to be launched: `sockets` holds its socket, `url` its database 0."""

    program: Program
    sockets: Path
    url: str

    def put_away(self) -> None:
        """Give back what preparing took; the server must have ended."""
        remove_socket_folder(self.sockets)


@dataclass(frozen=True)
class RedisServer:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    server: Server

    def stop(self) -> None:
        """Stop it; what was written is in its append-only file."""
        end(self.process, self.server.program)
        self.server.put_away()


def start(data: Path) -> RedisServer:
    """Start a Redis that keeps its file in `data` and wait until it answers.

    Its log is `<data>.log`. Raises Trouble when Redis is missing or does not come up.
    """
    server = prepare(data)
    running = RedisServer(server.url, launch(server.program), server)
    try:
        wait_until_ready(server, running.process)
    except BaseException:
        running.stop()
        raise
    return running


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
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(server.url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Trouble("Redis did not start", last_lines(server.program.log))
        pause(0.02)


def _answers(url: str) -> bool:
    with suppress(RedisError), Redis.from_url(url) as redis:
        return bool(redis.ping())
    return False
