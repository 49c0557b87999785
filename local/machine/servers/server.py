"""A server of our own: prepared, launched, waited for, and stopped again."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.machine.processes import Program, Trouble, end, last_lines, launch
from local.machine.servers.sockets import remove_socket_folder

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Server:
    """A server ready to be launched: `sockets` is the folder of its socket, `url` its database."""

    program: Program
    sockets: Path
    url: str

    def put_away(self) -> None:
        """Give back what preparing took; the server must have ended."""
        for opened in self.program.open_files:
            os.close(opened)
        remove_socket_folder(self.sockets)


@dataclass(frozen=True)
class Running:
    """A server that answers at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    server: Server

    def stop(self) -> None:
        """Open connections are cut."""
        end(self.process, self.server.program)
        self.server.put_away()


def started(
    server: Server, until_ready: Callable[[Server, subprocess.Popen[bytes]], None]
) -> Running:
    """Launched and waited for. Raises what `until_ready` raises; then nothing is left of it."""
    running = Running(server.url, launch(server.program), server)
    try:
        until_ready(server, running.process)
    except BaseException:
        running.stop()
        raise
    return running


def wait_until(
    answers: Callable[[str], bool],
    server: Server,
    process: subprocess.Popen[bytes],
    pause: Pause,
    *,
    name: str,
    seconds: float,
) -> None:
    """Return once it answers at its address. Raises Trouble when it ends before, or in so long."""
    deadline = time.monotonic() + seconds
    while not answers(server.url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"{name} did not start", last_lines(server.program.log))
        pause(0.05)
