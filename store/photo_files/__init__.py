"""Photos kept under the SHA-256 of their bytes: the same bytes are one file, and no name is a path.

FilesError
├── WrongStoreUrl   the setting PHOTO_STORE_URL cannot be used as it stands
├── NoSuchFile      the store answers, and has nothing under this key
└── FilesAway       the store does not answer, or refuses: try again later
    └── StrangeStore   what is there lacks our marker: a disk is away, or the address is wrong
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from store.metrics import ERRORS
from store.photo_files.backend import MARKER as MARKER
from store.photo_files.backend import Backend, NotOurs
from store.photo_files.backend import id_in as id_in
from store.photo_files.backend import marker_of as marker_of
from store.photo_files.bucket import open_bucket
from store.photo_files.folder import open_folder

Kind = Literal["original", "large", "small"]

# Originals come in any format, so their name ends with the hash; what we derive is always JPEG.
_NAMES: dict[Kind, tuple[str, str]] = {
    "original": ("originals", ""),
    "large": ("large", ".jpg"),
    "small": ("small", ".jpg"),
}
_KEY = re.compile(r"(originals|large|small)/([0-9a-f]{2})/([0-9a-f]{2})/\2\3[0-9a-f]{60}(\.jpg)?")
_OPENERS: dict[str, Callable[[str, str, str], Backend]] = {"file": open_folder, "s3": open_bucket}


class FilesError(Exception):
    """Something about the photo store."""


class WrongStoreUrl(FilesError):
    """PHOTO_STORE_URL is neither file:///folder nor s3://bucket/prefix, or is not safe to use."""


class NoSuchFile(FilesError):
    """No file has this key."""


class FilesAway(FilesError):
    """The store cannot be reached or refuses; nothing is said about the file."""


class StrangeStore(FilesAway):
    """What stands at this address is not the store that was made; the message says what is wrong
    with its marker, and names no place."""


@dataclass(frozen=True)
class Files:
    """The photos of one city, from `open_files`; a key is what `put` gave and nothing else."""

    shelf: Backend

    def put(self, data: bytes, kind: Kind) -> str:
        """Keep these bytes and give their key; the same bytes again are the same file.

        Raises FilesAway.
        """
        key = key_of(data, kind)
        with _trouble_is_away():
            self.shelf.put(key, data)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under this key; raises NoSuchFile or FilesAway."""
        _refuse_strange(key)
        with _trouble_is_away():
            try:
                return self.shelf.get(key)
            except FileNotFoundError:
                self.shelf.check()  # a store that is away has no files either
        raise NoSuchFile(key)

    def has(self, key: str) -> bool:
        """Whether something lies under this key, whatever the marker says; raises FilesAway."""
        with _trouble_is_away():
            try:
                self.shelf.get(key)
            except FileNotFoundError:
                return False
        return True

    def delete(self, key: str) -> None:
        """Remove the file; one that is gone already is fine, a store that is away is not.

        Raises FilesAway, and NoSuchFile for a key that no `put` can have given.
        """
        _refuse_strange(key)
        with _trouble_is_away():
            try:
                self.shelf.delete(key)
            except FileNotFoundError:
                self.shelf.check()

    def check(self) -> None:
        """Ask the store whether it is there, and ours; raises FilesAway. Writes nothing."""
        with _trouble_is_away():
            self.shelf.check()

    def marked_by(self) -> str | None:
        """The id in the store's marker; None where there is no marker. Raises FilesAway."""
        with _trouble_is_away():
            marker = self.shelf.mark()
        return None if marker is None else id_in(marker)

    def make(self) -> None:
        """Make the store what `open_files` opens: its folder where that is missing, its marker in
        place of any other. Raises FilesAway."""
        with _trouble_is_away():
            self.shelf.make()


def open_files(url: str, id: str) -> Files:
    """The store named by PHOTO_STORE_URL: `file:///folder` or `s3://bucket/prefix`, and the id that
    its marker must have. Nothing is asked or made yet.

    S3 takes endpoint, region and keys from the usual AWS_* variables; plain http only to loopback.
    A process that has used S3 must not fork and go on using it in the child: it gets FilesAway
    there. Raises WrongStoreUrl.
    """
    parts = urlsplit(url)
    if parts.scheme not in _OPENERS:
        raise WrongStoreUrl("PHOTO_STORE_URL must be file:///folder or s3://bucket/prefix")
    try:
        return Files(_OPENERS[parts.scheme](parts.netloc, unquote(parts.path), id))
    except ValueError as wrong:
        raise WrongStoreUrl(f"PHOTO_STORE_URL: {wrong}") from wrong


def key_of(data: bytes, kind: Kind) -> str:
    """Where these bytes are kept: `large/ab/cd/abcd….jpg`."""
    folder, ending = _NAMES[kind]
    name = hashlib.sha256(data).hexdigest()
    return f"{folder}/{name[:2]}/{name[2:4]}/{name}{ending}"


def _refuse_strange(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise NoSuchFile(key)


@contextmanager
def _trouble_is_away() -> Iterator[None]:
    try:
        yield
    except NotOurs as strange:
        ERRORS.count("photo_store", "NotOurs")
        raise StrangeStore(str(strange)) from strange
    except OSError as trouble:
        ERRORS.count("photo_store", type(trouble.__cause__ or trouble).__name__)
        raise FilesAway(str(trouble).partition("\n")[0]) from trouble
