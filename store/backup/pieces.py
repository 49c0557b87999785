"""One piece of a backup: sealed while it is written, hashed on both sides of the seal."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from store.backup import Damaged
from store.backup.seal import Identities, Reader, Recipients, Writer, seal, unseal
from store.backup.target import Target


@dataclass(frozen=True, slots=True)
class Piece:
    """`bytes` and `sha256` are of what lies there; `inside` is the SHA-256 of what is sealed."""

    name: str
    bytes: int
    sha256: str
    inside: str


class Hashed:
    """Passes bytes on, by being read or written, and counts them."""

    def __init__(self, reader: Reader | None = None, writer: Writer | None = None) -> None:
        self.reader, self.writer = reader, writer
        self.hash, self.bytes = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self.reader.read(size) if self.reader else b""
        self._count(data)
        return data

    def write(self, data: bytes) -> int:
        self._count(data)
        if self.writer:
            self.writer.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def _count(self, data: bytes) -> None:
        self.hash.update(data)
        self.bytes += len(data)


class Reading:
    """An iterator of bytes, read as a file is."""

    def __init__(self, data: Iterator[bytes]) -> None:
        self.data, self.left = data, b""

    def read(self, size: int = -1) -> bytes:
        if not self.left:
            self.left = next(self.data, b"")
        cut = len(self.left) if size is None or size < 0 else size
        given, self.left = self.left[:cut], self.left[cut:]
        return given


def write(place: Target, name: str, reader: Reader, to: Recipients) -> Piece:
    """Seal all that `reader` gives and put it there. Raises TargetAway."""
    inside = Hashed(reader)
    with place.writing(name) as writer:
        outside = Hashed(writer=writer)
        seal(inside, outside, to)
    return Piece(name, outside.bytes, outside.hash.hexdigest(), inside.hash.hexdigest())


def check(place: Target, piece: Piece) -> None:
    """Read all of it, sealed as it is. Raises Damaged, NoPiece, TargetAway."""
    found = hashlib.sha256()
    for data in place.read(piece.name):
        found.update(data)
    if found.hexdigest() != piece.sha256:
        raise Damaged(piece.name)


def read(place: Target, piece: Piece, writer: Writer, keys: Identities) -> None:
    """Unseal it into `writer`. Raises Damaged, WrongKey, NoPiece, TargetAway; what was written
    before that is not to be believed."""
    outside, inside = Hashed(Reading(place.read(piece.name))), Hashed(writer=writer)
    unseal(outside, inside, keys, piece.name)
    if (outside.hash.hexdigest(), inside.hash.hexdigest()) != (piece.sha256, piece.inside):
        raise Damaged(piece.name)
