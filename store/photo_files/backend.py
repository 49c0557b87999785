"""What every place that photos are kept in can do, and the marker by which it is known again."""

from typing import Final, Protocol

MARKER: Final = "michi-photo-store"
"""The name of the marker. The empty folder where a disk was, another bucket or another prefix have
none, and that of another installation says something else."""
_WORDS: Final = (
    "Here lie the photos of one installation of Michi, which knows the place by this file: "
    "keep it, and copy it with the photos.\n"
)
_LONGEST: Final = 1_000


class NotOurs(OSError):
    """The place is there, but nothing may be put into it: its marker is missing or another's."""


class Backend(Protocol):
    """A place for bytes; a missing file is FileNotFoundError, other trouble any other OSError.

    Whatever writes, deletes or checks raises NotOurs without our marker. `make` alone creates.
    """

    def put(self, key: str, data: bytes) -> None: ...
    def get(self, key: str) -> bytes: ...
    def delete(self, key: str) -> None: ...
    def check(self) -> None: ...
    def mark(self) -> bytes | None: ...
    def make(self) -> None: ...


def marker_of(id: str) -> bytes:
    """What the marker of this installation's store says."""
    return f"{id}\n{_WORDS}".encode()


def id_in(marker: bytes) -> str:
    """Whose marker it is; "" for a file that says nothing."""
    return marker[:_LONGEST].partition(b"\n")[0].decode(errors="replace").strip()


def refuse_strange(marker: bytes | None, id: str) -> None:
    """Raises NotOurs where the marker that was found is not this installation's."""
    if marker is None:
        raise NotOurs(f"its marker ({MARKER}) is missing")
    if not id or id_in(marker) != id:
        raise NotOurs(f"its marker ({MARKER}) is another installation's")
