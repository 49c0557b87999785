"""The two places that photos are kept in: a folder nobody else may look into, and an S3 bucket."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store


class Shelf(Protocol):
    """A place for bytes; a missing file is FileNotFoundError, other trouble any other OSError."""

    def put(self, key: str, data: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...
    def delete(self, key: str) -> None: ...
    def check(self) -> None: ...


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


@dataclass(frozen=True)
class Bucket:
    """S3 or anything that speaks its protocol; needs the rights to get, put, delete and list."""

    store: S3Store

    def put(self, key: str, data: bytes) -> None:
        with _asking(), contextlib.suppress(AlreadyExistsError):
            obstore.put(self.store, key, data, mode="create")

    def get(self, key: str) -> bytes:
        with _asking():
            return obstore.get(self.store, key).bytes().to_bytes()

    def delete(self, key: str) -> None:
        with _asking():
            obstore.delete(self.store, key)

    def check(self) -> None:
        with _asking():
            next(iter(obstore.list(self.store, prefix="ready", chunk_size=1)), None)


def open_bucket(bucket: str, prefix: str) -> Bucket:
    """The bucket of an s3:// address; ValueError if it cannot be used. Asks nothing yet."""
    if not bucket or ".." in prefix.split("/"):
        raise ValueError("a bucket is wanted, as in s3://bucket/prefix")
    store = S3Store(
        bucket,
        prefix=prefix.strip("/") or None,
        disable_bulk_delete=True,  # not every S3 can delete in bulk
        client_options={
            "allow_http": _plain_http(),
            "connect_timeout": timedelta(seconds=3),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
    )
    return Bucket(store)


def _plain_http() -> bool:
    """Whether the S3 endpoint is plain http, which only this very machine may be."""
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    endpoints = [urlsplit(os.environ[name]) for name in names if os.environ.get(name)]
    plain = [endpoint.hostname or "" for endpoint in endpoints if endpoint.scheme == "http"]
    if not all(map(_is_loopback, plain)):
        raise ValueError("the S3 endpoint must be https unless it is on this machine")
    return bool(plain)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_used_in: set[int] = set()


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Turns obstore's troubles into OSError, and a use across a fork, which would hang, too."""
    _used_in.add(os.getpid())
    if len(_used_in) > 1:
        raise OSError("S3 was used before this process was forked; use it first in the child")
    try:
        yield
    except BaseError as trouble:
        raise OSError(str(trouble)) from trouble
