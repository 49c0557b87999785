"""Photos in a folder that nobody else may look into, written so that a power cut loses nothing."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from store.photo_files.backend import MARKER, marker_of, refuse_strange


@dataclass(frozen=True)
class Folder:
    """A folder, written so that a power cut loses nothing that `put` has returned from.

    Plain file calls and not obstore's LocalStore: that one hangs for ever in a child forked after
    its first use, and our photo workers fork.
    """

    root: Path
    id: str

    def put(self, key: str, data: bytes) -> None:
        with self._entered() as root:
            if not _is_there(root, key):
                _write_whole(root, key, data)

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def delete(self, key: str) -> None:
        folder, _, name = key.rpartition("/")
        with self._entered() as root, _opened(folder, root) as there:
            for part in os.listdir(there):  # a killed writer leaves one
                if part.startswith(f"{name}.") and part.endswith(".part"):
                    os.unlink(part, dir_fd=there)
            os.unlink(name, dir_fd=there)

    def check(self) -> None:
        with self._entered() as root:
            if not os.access(".", os.R_OK | os.W_OK | os.X_OK, dir_fd=root):
                raise PermissionError(f"cannot read and write {self.root}")

    def mark(self) -> bytes | None:
        with suppress(FileNotFoundError):
            return (self.root / MARKER).read_bytes()
        return None

    def make(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _opened(str(self.root)) as root:
            _write_whole(root, MARKER, marker_of(self.id))

    @contextmanager
    def _entered(self) -> Iterator[int]:
        """The folder with our marker, held open: what is done in it is done on that disk, even when
        it goes away meanwhile and leaves an empty folder of the same name."""
        with _opened(str(self.root)) as root:
            refuse_strange(_read(root, MARKER), self.id)
            yield root


def open_folder(host: str, path: str, id: str) -> Folder:
    """The folder of a file:// address, which is made by `make` alone; ValueError if it is none."""
    root = Path(path)
    named = root.is_absolute() and len(root.parts) > 1 and ".." not in root.parts
    if host not in ("", "localhost") or not named:
        raise ValueError("an absolute folder is wanted, as in file:///var/lib/michi/photos")
    return Folder(root, id)


@contextmanager
def _opened(folder: str, within: int | None = None) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY, dir_fd=within)
    try:
        yield handle
    finally:
        os.close(handle)


def _is_there(root: int, key: str) -> bool:
    try:
        os.stat(key, dir_fd=root)
    except FileNotFoundError:
        return False
    return True


def _read(root: int, name: str) -> bytes | None:
    try:
        handle = os.open(name, os.O_RDONLY, dir_fd=root)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _write_whole(root: int, key: str, data: bytes) -> None:
    """All of these bytes under this name and on the disk, or nothing; for our own user alone."""
    folder, _, name = key.rpartition("/")
    _make_folders(root, folder)
    part = f"{name}.{secrets.token_hex(8)}.part"
    with _opened(folder or ".", root) as there:
        try:
            _write(there, part, data)
            os.rename(part, name, src_dir_fd=there, dst_dir_fd=there)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part, dir_fd=there)
        os.fsync(there)


def _make_folders(root: int, folder: str) -> None:
    steps = folder.split("/") if folder else []
    for depth in range(1, len(steps) + 1):
        with suppress(FileExistsError):
            os.mkdir("/".join(steps[:depth]), mode=0o700, dir_fd=root)


def _write(there: int, name: str, data: bytes) -> None:
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600, dir_fd=there)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
