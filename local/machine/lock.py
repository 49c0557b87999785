"""One Michi for each data folder: a lock that lasts as long as anything of it runs."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STILL_STOPPING = 20.0
"""Seconds that a keeper without a starter may take to stop everything."""
STILL_DYING = 1.0
"""Seconds that a starter may take to die."""
LOGS = "logs"
MADE_BY_US = (
    "env",
    "mail",
    "photos",
    "pictures",
    "postgres",
    "postgres.new",
    "processes.json",
    "redis",
    "secrets.json",
    "sign-in.json",
    "users.json",
)


class AlreadyRunning(Exception):
    """Somebody else keeps this folder: `pid` started it, `web` is its address (when it is up)."""

    def __init__(self, pid: int, web: str | None) -> None:
        super().__init__(f"already running (pid {pid})")
        self.pid = pid
        self.web = web


@contextmanager
def only_one(data: Path) -> Iterator[int]:
    """Hold the folder's lock; gives its file descriptor, for the keeper to hold it too.

    Waits for a keeper whose starter has died to finish. Raises AlreadyRunning.
    """
    data.mkdir(parents=True, mode=0o700, exist_ok=True)
    held = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(held)
        note(held, None)
        yield held
    finally:
        os.close(held)


def note(held: int, web: str | None) -> None:
    """Write into the lock who holds it and where to find them."""
    os.truncate(held, 0)
    os.pwrite(held, json.dumps({"pid": os.getpid(), "web": web}).encode(), 0)


def throw_away(data: Path, *others: str) -> None:
    """Remove what we made in a data folder, and nothing else; its lock must be held."""
    for name in (*MADE_BY_US, *others):
        with suppress(NotADirectoryError, FileNotFoundError):
            shutil.rmtree(data / name)
        if (data / name).is_file():
            (data / name).unlink()


def _take(held: int) -> None:
    began = time.monotonic()
    while not _is_ours_now(held):
        pid, web = _holder(held)
        patience = STILL_DYING if _is_alive(pid) else STILL_STOPPING
        if time.monotonic() - began > patience:
            raise AlreadyRunning(pid, web)
        time.sleep(0.1)


def _is_ours_now(held: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _holder(held: int) -> tuple[int, str | None]:
    with suppress(ValueError):
        written = json.loads(os.pread(held, 4096, 0))
        return written["pid"], written["web"]
    return os.getpid(), None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2][1] == "Z"
    return False
