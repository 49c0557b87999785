"""The programs of PostgreSQL, of the server's own version where they are there."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from store.backup import ToolFailed

_PLACES: Final = Path("/usr/lib/postgresql")
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "TMPDIR")
_OF_LIBPQ: Final = {"dbname": "PGDATABASE", "options": "PGOPTIONS", "passfile": "PGPASSFILE"}
_ASKS: Final = "Password: "
_LONGEST: Final = 600
_KEPT: Final = 20_000
_TROUBLE: Final = re.compile(r"error|fatal", re.IGNORECASE)


def find(name: str, major: int) -> str:
    """The program of this name. Raises ToolFailed."""
    beside = _PLACES / str(major) / "bin" / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise ToolFailed(
            f"{name}(PostgreSQL {major})がありません。postgresql-client-{major} を入れてください",
            f"{name} of PostgreSQL {major} is not installed: install postgresql-client-{major}",
        )
    return found


def environment() -> dict[str, str]:
    """Of a program that goes nowhere, and speaks to us in English."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"LC_MESSAGES": "C", "PGTZ": "UTC"}


@dataclass(frozen=True)
class _Way:
    """How a program of libpq's is told where to go. Its password is what it reads first, for its
    words and its environment are read in /proc by others of this user."""

    asked: tuple[str, ...]
    environment: dict[str, str]
    password: bytes


def _way(url: str) -> _Way:
    told = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    password = str(told.pop("password", None) or "")
    asked = "--password" if password else "--no-password"
    given = {
        _OF_LIBPQ.get(key, f"PG{key.replace('_', '').upper()}"): str(value)
        for key, value in told.items()
        if value is not None
    }
    if "PGCONNECTTIMEOUT" in given:
        given["PGCONNECT_TIMEOUT"] = given.pop("PGCONNECTTIMEOUT")
    return _Way(
        (asked,) if url else (),
        environment() | given,
        f"{password}\n".encode() if password else b"",
    )


@contextmanager
def giving(
    words: Sequence[str], url: str, *, reads: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that writes to its stdout, and `reads` its stdin. Raises ToolFailed at the end of
    the block where it has failed; a block that fails ends it."""
    with _started(words, url, stdout=subprocess.PIPE) as process:
        heard = _Heard(process)
        if not reads:
            _close(process)
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        heard.end(words[0])


@contextmanager
def taking(words: Sequence[str], url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that reads its stdin; the same way."""
    with _started(words, url, stdout=subprocess.DEVNULL) as process:
        heard = _Heard(process)
        try:
            yield process
            assert process.stdin is not None
            process.stdin.close()
        except BrokenPipeError:
            heard.end(words[0])
            raise
        except BaseException:
            process.kill()
            raise
        heard.end(words[0])


def _started(words: Sequence[str], url: str, *, stdout: int) -> "subprocess.Popen[bytes]":
    """It has no terminal, so that it asks its stdin for the password."""
    way = _way(url)
    process = subprocess.Popen(
        [*words, *way.asked],
        env=way.environment,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # why it ended is what it says
        process.stdin.write(way.password)
        process.stdin.flush()
    return process


def _close(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()


class _Heard:
    """What it says on stderr is read while it works, or it would stop there."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process, self.said = process, b""
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def end(self, program: str) -> None:
        """Wait for its end. Raises ToolFailed."""
        status = self.process.wait()
        self.thread.join()
        if status:
            words = self.said.decode(errors="replace").removeprefix(_ASKS)
            name, lines = Path(program).name, words.splitlines()
            told = [line for line in lines if _TROUBLE.search(line)] or lines[-3:]
            said = " ".join(told)[:_LONGEST]
            raise ToolFailed(f"{name} が失敗しました: {said}", f"{name} failed: {said}")

    def _listen(self) -> None:
        assert self.process.stderr is not None
        while data := os.read(self.process.stderr.fileno(), 4096):
            self.said = (self.said + data)[-_KEPT:]
