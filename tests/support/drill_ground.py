"""What drills stand on: programs that are started anew as systemd does, and servers of a document's
own files on ports of this machine."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import psutil

from settings import ROOT

AGAIN_AFTER = 1.0
_BLOCK = re.compile(r"```\w*\n(.*?)```", re.S)


def blocks(chapter: str) -> list[str]:
    """What stands in fences in a chapter of the book, in its order."""
    words = (ROOT / "docs" / "running" / chapter).read_text(encoding="utf-8")
    return _BLOCK.findall(words)


def block_with(chapter: str, word: str) -> str:
    """The one with this word."""
    (found,) = [block for block in blocks(chapter) if word in block]
    return found


def say(*words: object) -> None:
    """A line of what the drill saw."""
    print(time.strftime("%H:%M:%S"), *words, flush=True)


@dataclass
class _Kept:
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    user: str | None
    log: Path
    process: psutil.Popen | None = None
    wanted: bool = True
    since: float = 0.0
    deaths: list[float] = field(default_factory=list)


class Ground:
    """Programs by name. All of them end with the block, whatever becomes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, _Kept] = {}
        self._asked: Queue[Callable[[], None] | None] = Queue()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Ground":
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._asked.put(None)
        self._keeper.join()
        for kept in reversed(self._kept.values()):
            _end_all(kept.process)

    def begin(
        self,
        name: str,
        *argv: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        user: str | None = None,
    ) -> None:
        """Start it, and start it again whenever it ends."""
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        kept = _Kept([*map(str, argv)], env or os.environ, cwd, user, log)
        self._do(lambda: self._kept.update({name: kept}))
        self._do(lambda: _launch(kept))

    def again(self, name: str) -> None:
        """Start what was stopped or lost."""
        kept = self._kept[name]
        kept.wanted = True
        self._do(lambda: _launch(kept))

    def stop(self, name: str, within: float = 300.0) -> float:
        """As somebody does who upgrades: asked once, and waited for. How many seconds it took."""
        kept, began = self._kept[name], time.monotonic()
        kept.wanted = False
        if kept.process is not None and kept.process.is_running():
            kept.process.terminate()
            kept.process.wait(within)
        return time.monotonic() - began

    def lose(self, name: str, *, for_good: bool = True) -> None:
        """`kill -9`, with its children; `for_good`: nobody starts it again."""
        kept = self._kept[name]
        kept.wanted = not for_good
        _end_all(kept.process)

    def hang(self, name: str, hangs: bool = True) -> None:
        """It and its children stand still, or go on."""
        family = _family(self._kept[name].process)
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.suspend() if hangs else one.resume()

    def log(self, name: str) -> str:
        """The end of what it wrote."""
        with suppress(OSError):
            return self._kept[name].log.read_text(errors="replace")[-3000:]
        return ""

    def _do(self, what: Callable[[], None]) -> None:
        done = threading.Event()

        def doing() -> None:
            try:
                what()
            finally:
                done.set()

        self._asked.put(doing)
        done.wait()

    def _keep(self) -> None:
        """The one thread that starts them: they end with it."""
        while True:
            with suppress(Exception):
                asked = self._asked.get(timeout=0.2)
                if asked is None:
                    return
                asked()
            for kept in self._kept.values():
                is_gone = kept.process is None or kept.process.poll() is not None
                if kept.wanted and is_gone and time.monotonic() - kept.since > AGAIN_AFTER:
                    _launch(kept)


def _launch(kept: _Kept) -> None:
    if kept.process is not None and kept.process.poll() is None:
        return
    account = pwd.getpwnam(kept.user) if kept.user and os.geteuid() == 0 else None
    mortal = [shutil.which("setpriv") or "setpriv", "--pdeathsig", "KILL"]
    with kept.log.open("ab") as log:
        kept.process = psutil.Popen(
            [*mortal, *kept.argv],
            env=dict(kept.env),
            cwd=kept.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    kept.since = time.monotonic()


def _family(process: psutil.Popen | None) -> list[Any]:
    if process is None:
        return []
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def _end_all(process: psutil.Popen | None) -> None:
    for one in _family(process):
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    if process is not None:
        with suppress(psutil.TimeoutExpired):
            process.wait(20)


def until(is_so: Callable[[], object], seconds: float, what: str) -> float:
    """How long it took. Raises AssertionError."""
    began = time.monotonic()
    while True:
        with suppress(Exception):
            if is_so():
                return time.monotonic() - began
        assert time.monotonic() - began < seconds, what
        time.sleep(0.2)
