"""Programs kept running: what dies is started again, what keeps dying stops everything."""

import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from local.machine.processes import (
    Program,
    Trouble,
    ask_to_stop,
    end,
    end_strays,
    last_lines,
    launch,
)

QUICK = 20.0
"""Seconds: a program that lived longer was not a failing start."""
DELAYS = (0.2, 0.5, 1.0, 2.0)
"""Seconds before it is started again; one quick death more than these ends it all."""


class Tell(Protocol):
    """How the keeper tells what happens: one fact, as keywords that JSON can hold."""

    def __call__(self, **fact: object) -> None: ...


@dataclass
class Kept:
    """A program that should be running, and since when (monotonic seconds) it is or will be."""

    program: Program
    process: subprocess.Popen[bytes]
    since: float
    quick_deaths: int = 0
    is_down: bool = False


def begin(program: Program) -> Kept:
    """Start a program that is to be kept."""
    return Kept(program, launch(program), time.monotonic())


def look_after(kept: Kept, tell: Tell) -> bool:
    """Start it again if it is due; true when something changed.

    Raises Trouble after five quick deaths in a row.
    """
    now = time.monotonic()
    if kept.is_down:
        return now >= kept.since and _start_again(kept, now)
    if kept.process.poll() is None:
        return False
    _note_death(kept, now, tell)
    return True


def running(programs: Iterable[Kept]) -> dict[str, int]:
    """The process number of everything that runs, by name."""
    return {kept.program.name: kept.process.pid for kept in programs if not kept.is_down}


def stop_together(programs: Sequence[Kept]) -> None:
    """Ask all of them at once to stop, then wait for each."""
    for kept in programs:
        ask_to_stop(kept.process, kept.program)
    deadline = time.monotonic() + max((kept.program.patience for kept in programs), default=0)
    for kept in programs:
        _wait_until(deadline, kept)


def stop_in_turn(programs: Sequence[Kept]) -> None:
    """Stop the last one started first."""
    for kept in reversed(programs):
        end(kept.process, kept.program)


def end_what_strayed(programs: Iterable[Kept]) -> None:
    """Kill those whose parents have died: they are our children now, but not kept."""
    end_strays({kept.process.pid for kept in programs})


def _start_again(kept: Kept, now: float) -> bool:
    kept.process = launch(kept.program)
    kept.since, kept.is_down = now, False
    return True


def _note_death(kept: Kept, now: float, tell: Tell) -> None:
    kept.quick_deaths = kept.quick_deaths + 1 if now - kept.since < QUICK else 1
    name, code = kept.program.name, kept.process.returncode
    if kept.quick_deaths > len(DELAYS):
        raise Trouble(
            f"{name} ended {kept.quick_deaths} times in a row", last_lines(kept.program.log)
        )
    delay = DELAYS[kept.quick_deaths - 1]
    kept.since, kept.is_down = now + delay, True
    tell(died=name, code=code, again_in=delay)


def _wait_until(deadline: float, kept: Kept) -> None:
    try:
        kept.process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        kept.process.kill()
        kept.process.wait()
