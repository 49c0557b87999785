"""Where it is all put: a folder that has its name only when it is whole, or one file that only the
owner of a key can open. Every file is hashed as it is written."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

SUMS: Final = "SHA256SUMS"
PHOTOS: Final = "photos"
_BEFORE: Final = ".photos-before"
_LOCK: Final = ".lock"
_PIECE: Final = 1 << 20


class NotHere(Exception):
    """It cannot be put there; the message says why, in two languages."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of it: its path within, bytes, SHA-256 in hex, and rows where it has any."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


@dataclass
class Place:
    """`root`: where files lie while it is made. `listed`: of what is written, all but photos and
    papers, of which there may be very many. With `sealed` each file goes on into it at once and
    leaves the folder."""

    root: Path
    sums: IO[str]
    sealed: tarfile.TarFile | None = None
    listed: list[Written] = field(default_factory=list)
    files: int = 0
    size: int = 0

    @contextmanager
    def new(self, path: str, *, listed: bool = True) -> Iterator["Writer"]:
        """A file to be written. Raises OSError."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            writer = Writer(file)
            yield writer
        self._keep(Written(path, writer.bytes, writer.hash.hexdigest(), writer.rows), listed)

    def put(self, path: str, data: bytes, *, listed: bool = True) -> None:
        """A small file. Raises OSError."""
        with self.new(path, listed=listed) as file:
            file.write(data)

    def take_in(self, path: str, rows: int | None = None) -> None:
        """A file that somebody else has written into the folder. Raises OSError."""
        with (self.root / path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        self._keep(Written(path, size, sha256, rows), listed=True)

    def from_before(self, path: str, sha256: str) -> str | None:
        """Take a photo that a run which was broken off has brought, if it is whole; its path.
        `path`: without the ending, which only the bytes tell. Raises OSError."""
        before = self.root / _BEFORE / path.removeprefix(f"{PHOTOS}/")
        for there in before.parent.glob(f"{before.name}.*"):
            with there.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    continue
            target = self.root / f"{path}{there.suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            there.rename(target)
            self._keep(
                Written(f"{path}{there.suffix}", target.stat().st_size, sha256), listed=False
            )
            return f"{path}{there.suffix}"
        return None

    def _keep(self, written: Written, listed: bool) -> None:
        self.files += 1
        self.size += written.bytes
        if listed:
            self.listed.append(written)
        self.sums.write(f"{written.sha256}  {written.path}\n")
        self._seal(written.path)

    def _seal(self, path: str) -> None:
        if self.sealed:
            self.sealed.add(self.root / path, path, filter=_nobodys)
            (self.root / path).unlink()

    def end(self) -> None:
        """The list of hashes is the last file."""
        self.sums.close()
        self._seal(SUMS)


class Writer:
    """A file that is hashed as it is written; `rows` is for whoever knows how many it has."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.hash, self.bytes = file, hashlib.sha256(), 0
        self.rows: int | None = None

    def write(self, data: bytes) -> None:
        """Raises OSError."""
        self.hash.update(data)
        self.bytes += len(data)
        self._file.write(data)


@contextmanager
def place(to: Path, recipients: Sequence[str]) -> Iterator[tuple[Place, Path]]:
    """Where to put it, and what it is called at the end: `to`, or `to`.tar.age for `recipients`.

    What a run that was broken off has left is taken over; when this one is, it leaves the same.
    Raises NotHere, OSError.
    """
    to = to.absolute()
    whole = to.with_name(f"{to.name}.tar.age") if recipients else to
    if whole.exists() and (whole.is_file() or any(whole.iterdir())):
        raise NotHere(
            f"{whole}: すでにあります。別の名前にしてください / is there: say another name"
        )
    root = to.with_name(f"{to.name}.part")
    with _private(), _alone(root), (root / SUMS).open("w", encoding="utf-8", newline="") as sums:
        if recipients:
            with _sealed(whole, root, recipients) as sealed:
                yield (made := Place(root, sums, sealed)), whole
                made.end()
        else:
            yield (made := Place(root, sums)), whole
            made.end()
            shutil.rmtree(root / _BEFORE, ignore_errors=True)
            (root / _LOCK).unlink()
            with suppress(FileNotFoundError):
                whole.rmdir()
            os.sync()
            root.rename(whole)


@contextmanager
def _private() -> Iterator[None]:
    """What is written is for our own user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Nobody else writes into it; all that was in it goes, but photos are put aside."""
    root.mkdir(parents=True, exist_ok=True)
    found = root.lstat()
    if root.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise NotHere(
            f"{root}: ほかの人も書けるフォルダーです。別の名前にしてください"
            " / is a folder that others may write to: say another name"
        )
    with (root / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise NotHere(f"{root}: ほかで作っている途中です / is being written") from taken
        if (root / PHOTOS).exists():
            _put_aside(root)
        for each in root.iterdir():
            if each.name not in (_LOCK, _BEFORE):
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        yield


def _put_aside(root: Path) -> None:
    """Those of several runs come together; names are hashes, so the same name is the same photo."""
    for photo in (root / PHOTOS).rglob("*"):
        if photo.is_file():
            aside = root / _BEFORE / photo.relative_to(root / PHOTOS)
            aside.parent.mkdir(parents=True, exist_ok=True)
            photo.rename(aside)


@contextmanager
def _sealed(whole: Path, root: Path, recipients: Sequence[str]) -> Iterator[tarfile.TarFile]:
    """A tar that `age` encrypts on its way; nothing of it stays in the open. Raises NotHere."""
    part = whole.with_name(f"{whole.name}.part")
    try:
        with part.open("wb") as out:
            with _age(recipients, out) as age, tarfile.open(fileobj=age, mode="w|") as sealed:
                yield sealed
            os.fsync(out.fileno())
        part.rename(whole)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _age(recipients: Sequence[str], out: IO[bytes]) -> Iterator[IO[bytes]]:
    """What is written into it comes out encrypted. Raises NotHere where `age` fails."""
    with subprocess.Popen(
        _words(recipients), stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE
    ) as age:
        assert age.stdin
        assert age.stderr
        try:
            yield age.stdin
            age.stdin.close()
        except BrokenPipeError as broken:
            raise NotHere(f"age: {age.stderr.read().decode(errors='replace').strip()}") from broken
        except BaseException:
            age.kill()
            raise
        if age.wait():
            raise NotHere(f"age: {age.stderr.read().decode(errors='replace').strip()}")


def _words(recipients: Sequence[str]) -> list[str]:
    return ["age", "--encrypt", *(f"--recipient={one}" for one in recipients)]


def refuse_recipients(recipients: Sequence[str]) -> None:
    """Raises NotHere where `age` is missing, or would not take them."""
    if not recipients:
        return
    try:
        tried = subprocess.run(_words(recipients), input=b"", capture_output=True, check=False)
    except FileNotFoundError as missing:
        raise NotHere("age がありません: apt install age / age is missing: apt install age") from (
            missing
        )
    if tried.returncode:
        raise NotHere(f"age: {tried.stderr.decode(errors='replace').strip()}")


def _nobodys(one: tarfile.TarInfo) -> tarfile.TarInfo:
    one.uid = one.gid = 0
    one.uname = one.gname = ""
    return one
