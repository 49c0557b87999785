"""What is held about one person as one ZIP: a page to read, JSON for machines, and the photos."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from reports.city.clock import local
from reports.photos.photo_store import photo_store
from reports.privacy.readable import PAGE, Paths, page_of
from reports.privacy.told import PhotoFile, Told
from store.photo_files import NoSuchFile

DATA: Final = "data.json"
_ENDINGS: Final = (
    (b"\xff\xd8\xff", 0, "jpg"),
    (b"\x89PNG", 0, "png"),
    (b"WEBP", 8, "webp"),
    (b"ftypavif", 4, "avif"),
    (b"ftyp", 4, "heic"),
)
_NOT_SHOWN: Final = ("heic", "bin")
"""By most browsers: the page shows the picture that was made of it."""


def name_of(at: datetime) -> str:
    """Of the file: without anything that tells whose it is."""
    return f"michi-personal-data-{local(at):%Y%m%d-%H%M}.zip"


def pieces(told: Told) -> Iterator[bytes]:
    """The file, piece by piece, a photo at a time. To be called outside transactions. Raises
    FilesAway."""
    into = _Pieces()
    at = local(told.at).timetuple()[:6]
    files: dict[int, Paths] = {}
    with zipfile.ZipFile(into, "w") as packed:
        for photo in told.photos:
            pictures = _pictures_of(photo)
            for path, data in pictures.items():
                packed.writestr(zipfile.ZipInfo(path, at), data)
                yield into.taken()
            if pictures:
                files[photo.id] = Paths(next(iter(pictures)), next(reversed(pictures)))
        for name, words in ((DATA, told.to_json()), (PAGE, page_of(told, files))):
            entry = zipfile.ZipInfo(name, at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, words)
            yield into.taken()
    yield into.taken()


def _pictures_of(photo: PhotoFile) -> dict[str, bytes]:
    """By their paths: as it was sent, as long as that is there, and last what browsers show."""
    found: dict[str, bytes] = {}
    for key, mark in ((photo.original, ""), (photo.large, "-shown" if photo.original else "")):
        data = _bytes_of(key)
        if data is not None:
            found[f"photos/{photo.id}{mark}.{_ending(data)}"] = data
        if data is not None and _ending(data) not in _NOT_SHOWN:
            break
    return found


def _bytes_of(key: str | None) -> bytes | None:
    try:
        return photo_store().get(key) if key else None
    except NoSuchFile:
        return None


def _ending(data: bytes) -> str:
    known = (ending for mark, at, ending in _ENDINGS if data[at : at + len(mark)] == mark)
    return next(known, "bin")


class _Pieces:
    """What a ZIP is written into that nobody goes back in."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._written = 0

    def write(self, data: bytes) -> int:
        self._kept += data
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """What was written since."""
        data = bytes(self._kept)
        self._kept.clear()
        return data
