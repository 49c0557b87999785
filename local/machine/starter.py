"""The starter's side of the keeper: hire it, hear what it tells, let it go."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.machine.processes import Trouble, last_lines
from local.machine.wish import ROOT, Wish

LONGEST_STOP = 20.0
HEEDS_WITHIN = 0.5

Fact = dict[str, Any]


@dataclass(frozen=True)
class Keeper:
    """A keeper at work; it stops everything once its lifeline is closed."""

    process: subprocess.Popen[bytes]
    log: Path

    def facts(self) -> Iterator[Fact]:
        """What it tells, until its end. Raises Trouble when it failed or died."""
        failed = None
        for line in self._lines():
            fact = json.loads(line)
            failed = fact if "failed" in fact else failed
            yield fact
        if failed:
            raise Trouble(failed["failed"], failed["lines"])
        if self.process.wait() != 0:
            raise Trouble("the keeper died", last_lines(self.log))

    def _lines(self) -> Iterator[bytes]:
        """As they come. A signal that comes right before a read is not heeded until that read ends,
        so nothing is read before it is there."""
        assert self.process.stdout is not None
        pipe, rest = self.process.stdout.fileno(), b""
        while True:
            if not select.select([pipe], [], [], HEEDS_WITHIN)[0]:
                continue
            said = os.read(pipe, 65_536)
            if not said:
                return
            *lines, rest = (rest + said).split(b"\n")
            yield from lines

    def let_go(self) -> None:
        """Close the lifeline."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()

    def kill(self) -> None:
        """End it at once; the kernel then asks its programs to stop."""
        self.process.kill()


@contextmanager
def keeper(wish: Wish, lock: int) -> Iterator[Keeper]:
    """Hire a keeper for the block; it holds the `lock` as well, until all is stopped."""
    log = Path(wish.data) / "logs" / "keeper.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.machine.keeper", str(lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            start_new_session=True,
            pass_fds=(lock,),
        )
    hired = Keeper(process, log)
    try:
        _hand_over(process, wish)
        yield hired
    finally:
        hired.let_go()
        _wait_for_the_end(hired)


def _hand_over(process: subprocess.Popen[bytes], wish: Wish) -> None:
    assert process.stdin is not None
    process.stdin.write(wish.as_line())
    process.stdin.flush()


def _wait_for_the_end(hired: Keeper) -> None:
    try:
        hired.process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        hired.kill()
        hired.process.wait()
    if hired.process.stdout:
        hired.process.stdout.close()
