"""Where backups lie: a folder or a bucket. A piece is there whole or not at all, and is never
changed once it is there; names are listed in the order of their bytes.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from settings import settings
from store.backup import NoBackups
from store.backup.bucket import open_bucket
from store.backup.folder import open_folder


class Listed(NamedTuple):
    """A piece by its name, and how many bytes it has."""

    name: str
    bytes: int


class Writer(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> object: ...


class Target(Protocol):
    """Raises TargetAway; `read` NoPiece too. A block of `writing` that fails leaves nothing."""

    def writing(self, name: str) -> AbstractContextManager[Writer]: ...
    def read(self, name: str) -> Iterator[bytes]: ...
    def listed(self, folder: str) -> Iterator[tuple[str, int]]: ...
    def delete(self, name: str) -> None: ...


def open_target(url: str) -> Target:
    """The place of this address (file:///folder, s3://bucket/prefix); nothing is asked yet."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return open_bucket(parts.netloc, unquote(parts.path))
    return open_folder(unquote(parts.path))


def target() -> Target:
    """The one at BACKUP_URL. Raises NoBackups."""
    if not settings().backup_url:
        raise NoBackups
    return open_target(settings().backup_url)


def erasings() -> Target:
    """Where the list of those lies who were erased. Raises NoBackups."""
    url = settings().backup_erased_url or settings().backup_url
    if not url:
        raise NoBackups
    return open_target(url)


def whole(place: Target, name: str) -> bytes:
    """A small piece, all of it. Raises NoPiece, TargetAway."""
    return b"".join(place.read(name))


def put(place: Target, name: str, data: bytes) -> None:
    """The same way back. Raises TargetAway."""
    with place.writing(name) as writer:
        writer.write(data)


def within(place: Target, folder: str) -> Iterator[Listed]:
    """All below `folder` ("photos/"), in the order of the bytes of their names."""
    for found in place.listed(folder):
        yield Listed(*found)
