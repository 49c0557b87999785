"""Stand-ins: small programs in the place of Michi's own, so that only the keeping is tried."""

import fcntl
import json
import os
import shlex
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil

from local.machine.wish import ROOT, Wish, bare_environment

WEB = """
import http.server, os, pathlib, signal, socket, time
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
def stop(*_):
    time.sleep(0.3)
    queue = socket.socket(socket.AF_UNIX)
    try:
        queue.connect(os.environ["REDIS_URL"].removeprefix("unix://").partition("?")[0])
        pathlib.Path("web.txt").write_text("stopped while the queue still stood")
    finally:
        os._exit(0)
signal.signal(signal.SIGTERM, stop)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
"""Answers /readyz; told to stop, it looks whether the queue is still there."""

WORKER = """
import os, pathlib, signal, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path("horse.new").write_text(str(os.getpid()))
    os.rename("horse.new", "horse.txt")
while True:
    time.sleep(0.1)
"""
"""Forks a horse that leaves its session and is deaf to SIGTERM."""

STARTER = """
import json, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
from rich.console import Console
from local.terminal import Teller
from local.up import as_exit_code, stay_up
from local.machine.wish import Wish
teller = Teller(Console(width=200))
sys.exit(as_exit_code(lambda: stay_up(Wish(**json.loads(sys.argv[1])), False, teller), teller))
"""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for it, but not for ever."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def _own_the_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@dataclass
class Street:
    """A folder with stand-in programs, and every process that was started for it."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid4().hex)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def program(self, name: str, text: str) -> str:
        """A line of the Procfile that runs this Python text in the folder."""
        file = self.folder / f"{name}.py"
        file.write_text(text)
        place, python = shlex.quote(str(self.folder)), shlex.quote(sys.executable)
        return f"{name}: cd {place} && exec {python} {shlex.quote(str(file))}\n"

    def wish(self, *lines: str) -> Wish:
        """These programs and no servers of ours."""
        procfile = self.folder / "Procfile"
        procfile.write_text("".join(lines))
        line = {"LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t"}
        return Wish(
            data=str(self.folder / "data"),
            env={**bare_environment(), **line, "STREET": self.mark},
            procfile=str(procfile),
            ours=(),
            preparing=(),
        )

    def web(self) -> str:
        """A line for a web that answers."""
        return self.program("web", WEB)

    def worker(self) -> str:
        """A line for a worker with a horse."""
        return self.program("worker", WORKER)

    def horse(self) -> int | None:
        """The process number of the worker's horse, once it runs."""
        file = self.folder / "horse.txt"
        return int(file.read_text()) if file.exists() else None

    def start(self, wish: Wish, terminal: int | None = None) -> subprocess.Popen[str]:
        """What `./run` does, for this wish; what it says can be read unless a terminal gets it."""
        out = subprocess.PIPE if terminal is None else terminal
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER, json.dumps(asdict(wish))],
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=out,
            stderr=out if terminal else subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**bare_environment(), "STREET": self.mark, "PYTHONUTF8": "1"},
            start_new_session=True,
            preexec_fn=None if terminal is None else _own_the_terminal,
        )
        self.started.append(starter)
        return starter

    def start_and_wait(self, wish: Wish, terminal: int | None = None) -> subprocess.Popen[str]:
        """The same, and return when it is up."""
        starter = self.start(wish, terminal)
        until(lambda: self.is_up() or starter.poll() is not None)
        assert starter.poll() is None
        return starter

    def start_in_a_terminal(self, wish: Wish) -> tuple[int, subprocess.Popen[str]]:
        """The same in a terminal of its own, whose other end is given too."""
        screen, terminal = os.openpty()
        starter = self.start_and_wait(wish, terminal)
        os.close(terminal)
        return screen, starter

    def is_up(self) -> bool:
        """Has everything answered?"""
        return (self.folder / "data" / "sign-in.json").exists()

    def alive(self) -> set[int]:
        """The numbers of all that run with our mark in their environment."""
        return {process.pid for process in psutil.process_iter() if self._is_ours(process)}

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            gone = process.status() == psutil.STATUS_ZOMBIE
            return not gone and process.environ().get("STREET") == self.mark
        except psutil.Error:
            return False
