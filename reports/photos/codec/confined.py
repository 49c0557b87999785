"""A stranger's photo is taken apart in a child process, which has so much time and memory, no more.

What ends the child for time or memory says something of the photo, as surely as too many bytes do:
it is TooLarge, now and at every other try. A decoder that breaks down over a photo makes it Broken.

A worker forks. A process with threads, such as the web's, must not, and a fork of it would hold its
port: there the child is a Python of its own, which is this file run as a program.
"""

import multiprocessing
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from multiprocessing.connection import Connection
from typing import Final, TypeVar

from pydantic import TypeAdapter

from reports.photos.codec.derive import (
    Box,
    Derivatives,
    PhotoMetadata,
    derive,
    derive_covered,
    look,
)
from reports.photos.codec.formats import (
    Broken,
    ImageError,
    NotAnImage,
    TooLarge,
    limit_memory,
)

CPU_SECONDS: Final = 20
"""The slowest honest photo takes a third of it."""
MOST_SECONDS: Final = 60.0
"""On the clock, on a machine with other things to do."""
MEMORY_BYTES: Final = 1_500 * 1024 * 1024
_TRIES: Final = 2
"""A child may be killed from outside; by the system for want of memory it is killed again."""
_FORK: Final = multiprocessing.get_context("fork")
_FACTS: Final = TypeAdapter(PhotoMetadata)
_REFUSALS: Final = {kind.__name__: kind for kind in (NotAnImage, TooLarge, Broken)}
_BROKE_DOWN: Final = {
    -signal.SIGSEGV,
    -signal.SIGBUS,
    -signal.SIGABRT,
    -signal.SIGFPE,
    -signal.SIGILL,
}


Read = TypeVar("Read")
Answer = Callable[[], list[bytes]]
"""What is done in the child, and gives its parts as bytes."""


class _Killed(Exception):
    """By somebody else."""


def take_apart(data: bytes, tz: tzinfo) -> tuple[PhotoMetadata, Derivatives]:
    """What `look` and `derive` give, within MOST_SECONDS and CPU_SECONDS of work.

    Raises NotAnImage, TooLarge or Broken.
    """
    facts, *pictures = _tried(lambda until: _by_a_child(lambda: _taken_apart(data, tz), until))
    return _FACTS.validate_json(facts), _pictures(*pictures)


def covered(data: bytes, boxes: Sequence[Box]) -> Derivatives:
    """What `derive_covered` gives, or `derive` where there is nothing to cover; within the same
    limits. Raises NotAnImage, TooLarge or Broken."""

    def answer() -> list[bytes]:
        return _parts(derive_covered(data, boxes) if boxes else derive(data))

    return _pictures(*_tried(lambda until: _by_a_child(answer, until)))


def looked_at(data: bytes) -> tuple[PhotoMetadata, bytes]:
    """What `look` gives, times in UTC, and the small picture, as of `take_apart`; for a process
    with threads, which it costs a third of a second of work more.

    Raises NotAnImage, TooLarge or Broken.
    """
    return _tried(lambda until: _by_a_program(data, until))


def _tried(read: Callable[[float], Read]) -> Read:
    until = time.monotonic() + MOST_SECONDS
    for _ in range(_TRIES):
        try:
            return read(until)
        except _Killed:
            continue
    raise TooLarge("each process that read it was killed")


def _by_a_child(answer: Answer, until: float) -> list[bytes]:
    ours, theirs = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(answer, theirs))
    child.start()
    theirs.close()
    try:
        if not ours.poll(max(0.0, until - time.monotonic())):
            raise TooLarge(f"not read within {MOST_SECONDS} s")
        return _heard(ours)
    except EOFError:
        child.join()
        raise _end_of(child.exitcode) from None
    finally:
        child.kill()
        child.join()
        ours.close()


def _by_a_program(data: bytes, until: float) -> tuple[PhotoMetadata, bytes]:
    program = [sys.executable, "-m", __name__]
    left = max(0.0, until - time.monotonic())
    try:
        done = subprocess.run(program, input=data, stdout=subprocess.PIPE, timeout=left)
    except subprocess.TimeoutExpired:
        raise TooLarge(f"not read within {MOST_SECONDS} s") from None
    if done.returncode:
        raise _end_of(done.returncode)
    refused, _, said = done.stdout.partition(b"\n")
    if refused:
        raise _REFUSALS[refused.decode()](said.decode())
    facts, _, small = said.partition(b"\n")
    return _FACTS.validate_json(facts), small


def _answer(answer: Answer, pipe: Connection) -> None:
    """In the child. Plain bytes: nothing that comes out of a decoder is unpickled."""
    parts = _said(answer)
    pipe.send_bytes(str(len(parts)).encode())
    for part in parts:
        pipe.send_bytes(part)


def _said(answer: Answer) -> list[bytes]:
    """The kind of a refusal and its words; or b"" and what was answered."""
    _limit_time()
    limit_memory(MEMORY_BYTES)
    try:
        return [b"", *answer()]
    except ImageError as refusal:
        return [type(refusal).__name__.encode(), str(refusal).encode()]
    except MemoryError:
        return [TooLarge.__name__.encode(), b"more memory than a photo is given"]


def _taken_apart(data: bytes, tz: tzinfo) -> list[bytes]:
    parts = _parts(derive(data))
    return [_FACTS.dump_json(look(data, tz)), *parts]


def _parts(pictures: Derivatives) -> list[bytes]:
    return [pictures.large, pictures.small, repr(pictures.missing).encode()]


def _pictures(large: bytes, small: bytes, missing: bytes) -> Derivatives:
    return Derivatives(large=large, small=small, missing=float(missing))


def _limit_time() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def _heard(pipe: Connection) -> list[bytes]:
    refused, *said = [pipe.recv_bytes() for _ in range(int(pipe.recv_bytes()))]
    if refused:
        raise _REFUSALS[refused.decode()](said[0].decode())
    return said


def _end_of(exit_code: int | None) -> Exception:
    """What it means that the child has ended without a word; 1 is a fault of ours."""
    if exit_code == -signal.SIGXCPU:
        return TooLarge(f"more than {CPU_SECONDS} s of work")
    if exit_code in _BROKE_DOWN:
        return Broken("the decoder broke down over it")
    if exit_code is not None and exit_code < 0:
        return _Killed()
    return RuntimeError("the process that read the photo failed")


if __name__ == "__main__":
    data = sys.stdin.buffer.read()
    told = _said(lambda: _taken_apart(data, UTC))
    sys.stdout.buffer.write(b"\n".join(told[:2] if told[0] else [*told[:2], told[3]]))
