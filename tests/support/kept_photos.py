"""The photo store of the tests: the database knows its id, each test has its own folder."""

from pathlib import Path
from typing import Final

from store.photo_files import MARKER, marker_of

ID: Final = "the photo store of the tests"


def make(folder: Path) -> None:
    """As `michi migrate` makes it, without waiting for the disk."""
    folder.mkdir(exist_ok=True)
    (folder / MARKER).write_bytes(marker_of(ID))
