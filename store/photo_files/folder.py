"""Photos in a folder that nobody else may look into, written so that a power cut loses nothing."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """A folder, written so that a power cut loses nothing that `put` has returned from.

    Plain file calls and not obstore's LocalStore: that one hangs for ever in a child forked after
    its first use, and our photo workers fork.
    """

    root: Path

    def put(self, key: str, data: bytes) -> None:
        path = self.root / key
        if not path.exists():
            self.check()  # never fills the empty mount point of a disk that is away
            for folder in reversed(path.parents[:3]):  # parents=True would forget the mode
                folder.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, data)

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def delete(self, key: str) -> None:
        path = self.root / key
        for part in path.parent.glob(f"{path.name}.*.part"):  # a killed writer leaves one
            part.unlink(missing_ok=True)
        path.unlink()

    def check(self) -> None:
        if not os.access(self.root / _HOME, os.R_OK | os.W_OK | os.X_OK):
            raise OSError(f"cannot read and write {self.root / _HOME}")


_HOME = "originals"


def open_folder(host: str, path: str) -> Folder:
    """The folder of a file:// address, made for our own user alone; ValueError if it is none."""
    root = Path(path)
    named = root.is_absolute() and len(root.parts) > 1 and ".." not in root.parts
    if host not in ("", "localhost") or not named:
        raise ValueError("an absolute folder is wanted, as in file:///var/lib/michi/photos")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    (root / _HOME).mkdir(mode=0o700, exist_ok=True)
    return Folder(root)


def _write_whole(path: Path, data: bytes) -> None:
    """All of these bytes under this name and on the disk, or nothing; for our own user alone."""
    handle, part = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).rename(path)
    finally:
        Path(part).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
