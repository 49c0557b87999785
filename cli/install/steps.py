"""What is done to a machine, as data: each step says whether it is done already, is shown before it
is taken, and is taken only where it is not done."""

import grp
import os
import pwd
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cli import near


class Failed(Exception):
    """A command that ended with something else than 0; its words are what it said."""


class Step(Protocol):
    """One thing that is to be so."""

    def is_done(self) -> bool: ...
    def take(self) -> None: ...
    def shown(self) -> str:
        """All of it, as somebody would type or write it; no secrets."""
        ...


@dataclass(frozen=True)
class File:
    """A file with this content. `shown_as` stands for a content with secrets in it."""

    path: Path
    content: str
    owner: str = "root"
    group: str = "root"
    mode: int = 0o644
    shown_as: str | None = None

    def is_done(self) -> bool:
        try:
            same = self.path.read_text(encoding="utf-8") == self.content
        except OSError:
            return False
        return same and _is_as(self.path, self.owner, self.group, self.mode)

    def take(self) -> None:
        with _in_one_moment(self.path) as unfinished:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(unfinished, flags, 0o600), "wb") as file:
                file.write(self.content.encode())
            shutil.chown(unfinished, self.owner, self.group)
            unfinished.chmod(self.mode)

    def shown(self) -> str:
        said = self.content if self.shown_as is None else self.shown_as
        lines = "".join(f"  | {line}\n" for line in said.splitlines())
        return f"{self.path}  ({self.owner}:{self.group} {self.mode:04o})\n{lines}".rstrip("\n")


@dataclass(frozen=True)
class Folder:
    path: Path
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755

    def is_done(self) -> bool:
        return self.path.is_dir() and _is_as(self.path, self.owner, self.group, self.mode)

    def take(self) -> None:
        """A link in its place is not followed: whoever owns the folder above may have put it there,
        and would be given what it leads to."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            owner, group = pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid
            os.fchown(handle, owner, group)
            os.fchmod(handle, self.mode)
        finally:
            os.close(handle)

    def shown(self) -> str:
        return f"{self.path}/  ({self.owner}:{self.group} {self.mode:04o})"


@dataclass(frozen=True)
class Link:
    """A symlink. With `unless_there`, whatever is there already stays."""

    path: Path
    target: Path
    unless_there: bool = False

    def is_done(self) -> bool:
        if self.unless_there and self.path.exists():
            return True
        return self.path.is_symlink() and self.path.readlink() == self.target

    def take(self) -> None:
        with _in_one_moment(self.path) as unfinished:
            unfinished.symlink_to(self.target)

    def shown(self) -> str:
        return f"{self.path} -> {self.target}"


@dataclass(frozen=True)
class Command:
    """A command, left out where `done` says that there is nothing for it to do."""

    words: Sequence[str]
    done: Callable[[], bool] = lambda: False
    stdin: str = ""
    stdin_shown: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    says: bool = False
    """Whether what it prints is for whoever installs."""

    def is_done(self) -> bool:
        return self.done()

    def take(self) -> None:
        said = output(self.words, self.stdin, self.environment)
        if self.says and said.strip():
            print(said.rstrip())

    def shown(self) -> str:
        before = "".join(f"{name}={value} " for name, value in self.environment.items())
        said = self.stdin if self.stdin_shown is None else self.stdin_shown
        lines = "".join(f"  | {line}\n" for line in said.splitlines())
        return f"$ {before}{shlex.join(self.words)}\n{lines}".rstrip("\n")


@dataclass(frozen=True)
class Gone:
    """A file, link or whole folder that is no more. With `if_empty` a folder stays as long as
    something is in it."""

    path: Path
    if_empty: bool = False

    def is_done(self) -> bool:
        if self.if_empty:
            return not self.path.is_dir() or any(self.path.iterdir())
        return not os.path.lexists(self.path)

    def take(self) -> None:
        if self.if_empty:
            self.path.rmdir()
        elif self.path.is_dir() and not self.path.is_symlink():
            shutil.rmtree(self.path)
        else:
            self.path.unlink()

    def shown(self) -> str:
        return f"- {self.path}{'/' if self.if_empty else ''}"


@dataclass(frozen=True)
class Waited:
    """An address of this machine answers 200. `look`: what to type where it does not."""

    url: str
    look: str
    seconds: float = 180.0

    def is_done(self) -> bool:
        status, _ = near.ask(self.url)
        return status == 200

    def take(self) -> None:
        until = time.monotonic() + self.seconds
        while not self.is_done():
            if time.monotonic() > until:
                raise Failed(f"{self.url}\n$ {self.look}")
            time.sleep(0.5)

    def shown(self) -> str:
        return f"… {self.url} → 200"


@contextmanager
def _in_one_moment(path: Path) -> Iterator[Path]:
    """What the block makes in the place that it is given is there at once, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    yield unfinished
    unfinished.replace(path)


def output(
    words: Sequence[str], stdin: str = "", environment: Mapping[str, str] | None = None
) -> str:
    """What a command prints. Raises Failed."""
    try:
        ran = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except OSError as trouble:
        raise Failed(f"{words[0]}: {trouble.strerror}") from trouble
    if ran.returncode:
        last = "\n".join((ran.stderr or ran.stdout).strip().splitlines()[-15:])
        raise Failed(f"{shlex.join(words)} → {ran.returncode}\n{last}")
    return ran.stdout


def succeeds(words: Sequence[str], environment: Mapping[str, str] | None = None) -> bool:
    try:
        output(words, environment=environment)
    except Failed:
        return False
    return True


def _is_as(path: Path, owner: str, group: str, mode: int) -> bool:
    found = path.stat()
    try:
        ids = (pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
    except KeyError:
        return False
    return (found.st_uid, found.st_gid) == ids and found.st_mode & 0o7777 == mode
