"""Programs that end with whoever started them, and leave no children of theirs behind."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


class Trouble(Exception):
    """Something that stops the start; `lines` are the last words of the program concerned."""

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lines = list(lines)


@dataclass(frozen=True)
class Account:
    """Another user that a program runs as; only root may choose one."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """One program to run: what to call, where it writes, and how it is asked to stop."""

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str]
    cwd: Path = Path("/")
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 4.0
    account: Account | None = None
    open_files: tuple[int, ...] = ()


def launch(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, writing to its log.

    Linux sends it its stop signal when the *thread* that called this ends, however it ends:
    call from a thread that lives as long as the program should.
    """
    account = program.account
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [*_mortal(program.stop_signal), *program.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(program.env),
            cwd=program.cwd,
            start_new_session=True,
            pass_fds=program.open_files,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def end(process: subprocess.Popen[bytes], program: Program) -> None:
    """Ask a program to stop; kill it when its patience has run out."""
    ask_to_stop(process, program)
    with suppress(subprocess.TimeoutExpired):
        process.wait(program.patience)
    process.kill()
    process.wait()


def ask_to_stop(process: subprocess.Popen[bytes], program: Program) -> None:
    """Send a running program its stop signal."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)


def last_lines(log: Path, count: int = 15) -> list[str]:
    """The end of a log; nothing when there is none."""
    with suppress(OSError):
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return []


def free_ports(wanted: Sequence[int]) -> list[int]:
    """For each wanted port itself or the next free one on loopback; 0 stands for any."""
    with ExitStack() as held:
        return [_hold_a_port(port, held) for port in wanted]


def is_listening(port: int) -> bool:
    """Does somebody answer on this loopback port?"""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent has died (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_strays(known: Collection[int] = ()) -> None:
    """Kill and reap our children that are not `known`, and all that they started."""
    children = _children()
    strays = [pid for pid in children[os.getpid()] if pid not in known]
    for pid in _with_descendants(strays, children):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    for pid in strays:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def end_all_strays() -> None:
    """The same until none is left, for their own children come to us as they die."""
    while _children()[os.getpid()]:
        end_strays()


def let_orphans_end(within: float) -> None:
    """Give our orphans these seconds to end by themselves, then kill them."""
    deadline = time.monotonic() + within
    while _children()[os.getpid()] and time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        time.sleep(0.05)
    end_all_strays()


def _mortal(stop_signal: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []


def _hold_a_port(wanted: int, held: ExitStack) -> int:
    for port in range(wanted, wanted + 100) if wanted else [0]:
        candidate = socket.socket()
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.callback(candidate.close)
        with suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            candidate.listen()
            return int(candidate.getsockname()[1])
    raise Trouble(f"no free port from {wanted} to {wanted + 99}")


def _children() -> dict[int, list[int]]:
    tree: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = entry.read_text(errors="replace").rpartition(")")[2].split()[1]
            tree[int(parent)].append(int(entry.parent.name))
    return tree


def _with_descendants(pids: Sequence[int], children: Mapping[int, list[int]]) -> Iterator[int]:
    for pid in pids:
        yield pid
        yield from _with_descendants(children.get(pid, []), children)
