"""Fair comparisons on a busy machine: contestants take turns, and medians meet their limits."""

import ctypes
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")
Samples = dict[str, list[float]]
NOTES: Final = "MICHI_BENCH_NOTES"
"""Names the file to which what was measured is added."""


def interleave(contestants: Mapping[str, Callable[[], float]], rounds: int) -> Samples:
    """What each contestant says of itself, once in every round; every other round runs backwards.

    Give one contestant twice under two names (an A/A control): what these two differ by is noise.
    """
    samples: Samples = {name: [] for name in contestants}
    for number in range(rounds):
        turns = list(contestants.items())
        for name, measure in turns if number % 2 == 0 else reversed(turns):
            samples[name].append(measure())
    return samples


def report(
    title: str,
    samples: Samples,
    baseline: str,
    limits: dict[str, float],
    *,
    unit: str = "ms",
    scale: float = 1000,
) -> bool:
    """Print medians and their ratio to the baseline's; True when no ratio is above its limit.

    `limits` are ratios by contestant; samples are multiplied by `scale` to be shown in `unit`.
    """
    _note(title, samples, baseline, limits)
    table = Table("", f"median {unit}", "lowest", "highest", "ratio", "limit", title=title)
    for name, ratio in ratios(samples, baseline).items():
        limit = limits.get(name)
        table.add_row(
            name,
            *(f"{pick(samples[name]) * scale:.1f}" for pick in (median, min, max)),
            f"{ratio:.3f}",
            "" if limit is None else f"{limit:.2f} {'ok' if ratio <= limit else 'TOO MUCH'}",
        )
    Console(width=100).print(table)
    return within(samples, baseline, limits)


def _note(title: str, samples: Samples, baseline: str, limits: dict[str, float]) -> None:
    """For `python -m bench`, one line of JSON; in seconds, bytes or whatever was measured."""
    if NOTES not in os.environ:
        return
    rows = [
        {
            "name": name,
            "median": median(samples[name]),
            "samples": samples[name],
            "ratio": ratio,
            "limit": limits.get(name),
            "kept": name not in limits or ratio <= limits[name],
        }
        for name, ratio in ratios(samples, baseline).items()
    ]
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(json.dumps({"title": title, "rows": rows}, ensure_ascii=False) + "\n")


def ratios(samples: Samples, baseline: str) -> dict[str, float]:
    """Each contestant's median divided by the baseline's."""
    return {name: median(values) / median(samples[baseline]) for name, values in samples.items()}


def within(samples: Samples, baseline: str, limits: dict[str, float]) -> bool:
    """Whether every limited contestant keeps its ratio."""
    found = ratios(samples, baseline)
    return all(found[name] <= limit for name, limit in limits.items())


def cpu_seconds(work: Callable[[], object]) -> float:
    """Processor time of this process for one run of the work, all threads together."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peak_growth(work: Callable[[], object]) -> float:
    """By how many bytes the work raises the highest memory use of a fresh forked child."""

    def growth() -> float:
        before = _highest_memory()
        work()
        return _highest_memory() - before

    _give_back()
    return in_child(growth)


def in_child(work: Callable[[], T]) -> T:
    """Run the work in a forked child, so that what it leaves behind in memory is gone."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_answer, args=(work, theirs))
    child.start()
    theirs.close()
    try:
        return ours.recv()  # type: ignore[no-any-return]
    finally:
        child.join()


def _answer(work: Callable[[], object], pipe: Connection) -> None:
    pipe.send(work())


def _give_back() -> None:
    """What is free within this process, of which a child would else use some unseen; on Linux."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _highest_memory() -> float:
    """In bytes; getrusage counts kilobytes on Linux and bytes on macOS."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest * (1 if sys.platform == "darwin" else 1024)
