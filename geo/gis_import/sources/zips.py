"""Zips as people make them: names in UTF-8 or cp932 without a word of which, zips in zips."""

import io
import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from geo.gis_import.text_encoding import decided
from geo.kinds import BadFile

MOST_UNPACKED: Final = 4 << 30
MOST_FILES: Final = 100_000
"""Of all zips together, those that are left out too: each costs memory and time to list."""
MOST_LISTED: Final = 16 << 20
"""Bytes of one zip's list of its files, which is read at once."""
DEEPEST: Final = 3
_ENCRYPTED: Final = 0x1
_IN_UTF_8: Final = 0x800
_METHODS: Final = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_ONCE: Final = 1 << 20
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError,
)  # fmt: skip
"""What is raised for bytes that are not those of a zip; bz2 has an OSError without a number."""


def unpacked(archive: Path, folder: Path, endings: Collection[str]) -> dict[PurePosixPath, Path]:
    """The files with these endings, by where they stand in the zip; unpacked into the folder.

    Zips in it are unpacked too. Raises BadFile.
    """
    packed = _Unpacking(folder, endings)
    packed.unpack(archive, archive.name, PurePosixPath(), depth=1)
    return packed.files


def is_shadow(inside: PurePosixPath) -> bool:
    """What a Mac puts beside a file: its icon and the like, under the file's own name."""
    return "__MACOSX" in inside.parts or inside.name.startswith("._")


@dataclass(slots=True)
class _Unpacking:
    folder: Path
    endings: Collection[str]
    files: dict[PurePosixPath, Path] = field(default_factory=dict)
    unpacked: int = 0
    """Bytes so far, of all zips together."""
    listed: int = 0
    taken: int = 0

    def unpack(self, archive: Path, name: str, within: PurePosixPath, *, depth: int) -> None:
        if depth > DEEPEST:
            raise _refused(name, "zip の中の zip が深すぎます", "too many zips in one another")
        with _open(archive, name) as packed:
            entries = packed.infolist()
            self.listed += len(entries)
            if self.listed > MOST_FILES:
                raise _too_many(name)
            for entry, inside in zip(entries, _places(entries), strict=True):
                ending = inside.suffix.lower()
                if entry.is_dir() or is_shadow(inside) or ending not in {*self.endings, ".zip"}:
                    continue
                file = self._take_out(packed, entry, name, ending)
                if ending == ".zip":
                    self.unpack(file, inside.name, within / inside, depth=depth + 1)
                else:
                    self.files[within / inside] = file

    def _take_out(
        self, packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, ending: str
    ) -> Path:
        self.unpacked += entry.file_size
        self.taken += 1
        if self.unpacked > MOST_UNPACKED:
            raise _refused(name, "展開すると大きすぎます", "too large when unpacked")
        file = self.folder / f"{self.taken}{ending}"
        with file.open("wb") as target:
            for piece in _pieces(packed, entry, name):
                target.write(piece)
        return file


class _Archive(io.BufferedReader):
    """Read in small pieces but for its list of files, whose length it says itself."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_LISTED:
            raise _TooMany
        return super().read(size)


class _TooMany(Exception):
    """A list of more than MOST_LISTED bytes."""


@contextmanager
def _open(archive: Path, name: str) -> Iterator[zipfile.ZipFile]:
    with _Archive(io.FileIO(archive)) as file:
        try:
            packed = zipfile.ZipFile(file)
        except _TooMany as long:
            raise _too_many(name) from long
        except (*_BROKEN, NotImplementedError) as broken:
            raise _damaged(name) from broken
        yield packed


def _pieces(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(name, "パスワードがかかっています", "protected by a password")
    try:
        with packed.open(entry) as source:
            while piece := source.read(_ONCE):
                yield piece
    except NotImplementedError as unknown:
        method = _METHODS.get(entry.compress_type, str(entry.compress_type))
        japanese, english = f"圧縮方式 {method} は読めません", f"packed by {method}"
        raise _refused(name, japanese, english) from unknown
    except _BROKEN as broken:
        raise _damaged(name) from broken
    except OSError as wrong:
        if wrong.errno:
            raise
        raise _damaged(name) from wrong


def _places(entries: Collection[zipfile.ZipInfo]) -> list[PurePosixPath]:
    """Where each of them stands. One encoding for all names that are not marked as UTF-8."""
    raw = [each.orig_filename.encode("cp437") for each in entries if not _is_marked(each)]
    try:
        encoding = decided(raw, "zip").name
    except BadFile:
        encoding = "cp437"
    names = [
        each.orig_filename
        if _is_marked(each)
        else each.orig_filename.encode("cp437").decode(encoding, "replace")
        for each in entries
    ]
    return [PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))) for name in names]


def _is_marked(entry: zipfile.ZipInfo) -> bool:
    return bool(entry.flag_bits & _IN_UTF_8)


def _damaged(name: str) -> BadFile:
    return BadFile(
        f"{name}: zip が壊れています。もう一度受けとってください"
        " / the zip is damaged: have it sent again"
    )


def _too_many(name: str) -> BadFile:
    return _refused(name, "ファイルが多すぎます", "too many files")


def _refused(name: str, japanese: str, english: str) -> BadFile:
    return BadFile(
        f"{name}: {japanese}。展開して、そのフォルダーを指定してください"
        f" / {english}: unpack it and give the folder"
    )
