"""Backups in a folder: of another disk, a mounted share, a stick."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from store.backup import NoPiece, TargetAway

_AT_ONCE: Final = 1024**2
_PART: Final = ".part"


@dataclass(frozen=True)
class Folder:
    """The folder itself must be there: a share that is not mounted is away, and not empty."""

    root: Path

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """On the disk under this name when the block has ended well."""
        path = self.root / name
        part = path.with_name(f"{path.name}.{secrets.token_hex(6)}{_PART}")
        with _told(self.root):
            self._is_there()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(opened, "wb") as file:
                yield file
                with _told(self.root):
                    file.flush()
                    os.fsync(file.fileno())
            with _told(self.root):
                part.rename(path)
                _settle(path.parent)
        finally:
            part.unlink(missing_ok=True)

    def read(self, name: str) -> Iterator[bytes]:
        """In pieces."""
        with _told(self.root):
            self._is_there()
            try:
                with (self.root / name).open("rb") as file:
                    while data := file.read(_AT_ONCE):
                        yield data
            except FileNotFoundError as missing:
                raise NoPiece(name) from missing

    def listed(self, folder: str) -> Iterator[tuple[str, int]]:
        """Name and bytes, in the order of a bucket."""
        with _told(self.root):
            self._is_there()
            yield from self._below(folder.rstrip("/"))

    def delete(self, name: str) -> None:
        """One that is gone is fine."""
        with _told(self.root):
            (self.root / name).unlink(missing_ok=True)
            with suppress(OSError):  # others are in there still
                (self.root / name).parent.rmdir()

    def _below(self, folder: str) -> Iterator[tuple[str, int]]:
        try:
            found = list(os.scandir(self.root / folder))
        except FileNotFoundError:
            return
        for each in sorted(found, key=_as_in_a_bucket):
            name = f"{folder}/{each.name}"
            if each.is_dir():
                yield from self._below(name)
            elif not name.endswith(_PART):
                yield name, each.stat().st_size

    def _is_there(self) -> None:
        if not self.root.is_dir():
            raise FileNotFoundError(f"{self.root} is not there")


def open_folder(path: str) -> Folder:
    """Nothing is made: whoever sets it up makes the folder."""
    return Folder(Path(path))


def _as_in_a_bucket(each: "os.DirEntry[str]") -> bytes:
    return os.fsencode(each.name + ("/" if each.is_dir() else ""))


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        why = trouble.strerror or str(trouble)
        raise TargetAway(
            f"バックアップの置き場 {root} を使えません: {why}", f"cannot use {root}: {why}"
        ) from trouble
