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
from collections.abc import Callable
from datetime import UTC, tzinfo
from multiprocessing.connection import Connection
from typing import Final, TypeVar

from pydantic import TypeAdapter

from reports.photos.codec.derive import Derivatives, PhotoMetadata, derive, look
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


class _Killed(Exception):
    """By somebody else."""


def take_apart(data: bytes, tz: tzinfo) -> tuple[PhotoMetadata, Derivatives]:
    """What `look` and `derive` give, within MOST_SECONDS and CPU_SECONDS of work.

    Raises NotAnImage, TooLarge or Broken.
    """
    return _tried(lambda until: _by_a_child(data, tz, until))


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


def _by_a_child(data: bytes, tz: tzinfo, until: float) -> tuple[PhotoMetadata, Derivatives]:
    ours, theirs = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(data, tz, theirs))
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


def _answer(data: bytes, tz: tzinfo, pipe: Connection) -> None:
    """In the child. Plain bytes: nothing that comes out of a decoder is unpickled."""
    for part in _said_of(data, tz):
        pipe.send_bytes(part)


def _said_of(data: bytes, tz: tzinfo) -> list[bytes]:
    """The kind of a refusal and its words; or b"", facts, pictures and what is missing."""
    _limit_time()
    limit_memory(MEMORY_BYTES)
    try:
        pictures = derive(data)
        missing = repr(pictures.missing).encode()
        return [b"", _FACTS.dump_json(look(data, tz)), pictures.large, pictures.small, missing]
    except ImageError as refusal:
        return [type(refusal).__name__.encode(), str(refusal).encode()]
    except MemoryError:
        return [TooLarge.__name__.encode(), b"more memory than a photo is given"]


def _limit_time() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def _heard(pipe: Connection) -> tuple[PhotoMetadata, Derivatives]:
    refused = pipe.recv_bytes().decode()
    if refused:
        raise _REFUSALS[refused](pipe.recv_bytes().decode())
    facts = _FACTS.validate_json(pipe.recv_bytes())
    large, small, missing = (pipe.recv_bytes() for _ in range(3))
    return facts, Derivatives(large=large, small=small, missing=float(missing))


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
    told = _said_of(sys.stdin.buffer.read(), UTC)
    sys.stdout.buffer.write(b"\n".join(told[:2] if told[0] else [*told[:2], told[3]]))
