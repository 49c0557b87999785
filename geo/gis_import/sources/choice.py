"""The one GIS file that is meant, in what a city gave: a file, a folder, or a zip with several."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from geo.gis_import.sources.formats import HEAD, Format, format_of
from geo.gis_import.sources.zips import is_shadow, unpacked
from geo.kinds import BadFile

Files = Mapping[PurePosixPath, Path]
"""By where they stand in what was given."""


@dataclass(frozen=True, slots=True)
class Source:
    """One GIS file under a name of ours, alone but for what belongs to it.

    `inside`: where it stands in what was given; `others`: the same layer once more, which is not
    read.
    """

    path: Path
    format: Format
    inside: PurePosixPath
    others: tuple[PurePosixPath, ...]

    def is_called(self, layer: str) -> bool:
        """By its name, or the end of its path, with its ending or without."""
        return _is_called(self.inside, layer)


@contextmanager
def source_of(given: Path, layer: str | None = None) -> Iterator[Source]:
    """The only layer in this file, folder or zip, or the one named. Raises BadFile, OSError."""
    if not given.exists():
        raise BadFile(f"{given}: ファイルがありません / no such file")
    name = readable(given.resolve().name)
    with TemporaryDirectory(prefix="michi-gis-") as folder:
        files = _files(given, Path(folder))
        found = _formats(given, files)
        meant = _meant(name, _layers(found), layer)
        best, *others = sorted(meant, key=lambda inside: (_rank(inside, found[inside]), inside))
        path = _put(name, best, found[best], files, Path(folder))
        yield Source(path, found[best], best, tuple(others))


def readable(name: str) -> str:
    """A file's name on a disk, for people; bytes that are no UTF-8 are taken for cp932."""
    raw = os.fsencode(name)
    try:
        words = raw.decode()
    except UnicodeDecodeError:
        words = raw.decode("cp932", "replace")
    return unicodedata.normalize("NFC", words)


_ENDINGS: Final = (".gpkg", ".geojson", ".json", ".shp")
_NEEDED: Final = (".shx", ".dbf")
_BESIDE: Final = (*_NEEDED, ".prj", ".cpg")
_UNWRITTEN: Final = ".gpkg-wal"
"""What a program that has the GeoPackage open will write into it: the newest rows are there."""
_FORMATS: Final[Sequence[Format]] = ("gpkg", "geojson", "shp")
"""Those whose text is UTF-8 by their standard go before the one whose text may be anything."""
_ENCODINGS: Final = {"utf8": 0, "shiftjis": 1, "sjis": 1, "cp932": 1, "windows31j": 1}
"""Folders that are called so, and which of them is read where there are both."""
_NOT_SAFE: Final = re.compile(r"[^\w-]")


def _files(given: Path, folder: Path) -> Files:
    if given.is_dir():
        return _those_in(given, given.rglob("*"), given.resolve())
    format = _format(given)
    if format == "zip":
        return unpacked(given, folder, {*_ENDINGS, *_BESIDE, _UNWRITTEN})
    if format is None or given.suffix.lower() in _BESIDE:
        raise BadFile(_no_format(given))
    kin = (each for each in given.parent.iterdir() if each.suffix.lower() in _BESIDE)
    roots = given.parent.resolve(), given.resolve().parent
    return {PurePosixPath(readable(given.name)): given, **_those_in(given.parent, kin, *roots)}


def _those_in(folder: Path, files: Iterable[Path], *roots: Path) -> dict[PurePosixPath, Path]:
    """Without links that lead elsewhere: nothing but what was given is read."""
    found = {
        PurePosixPath(readable(each.relative_to(folder).as_posix())): each
        for each in files
        if each.suffix.lower() in {*_ENDINGS, *_BESIDE}
        if each.is_file() and any(each.resolve().is_relative_to(root) for root in roots)
    }
    return {inside: each for inside, each in found.items() if not is_shadow(inside)}


def _formats(given: Path, files: Files) -> Mapping[PurePosixPath, Format]:
    """Those that are GIS files, by what stands in them. Raises BadFile where none is."""
    formats = {
        inside: format
        for inside, file in files.items()
        if inside.suffix.lower() not in _BESIDE
        if (format := _format(file)) and format != "zip"
    }
    if not formats:
        raise BadFile(_no_format(given))
    return formats


def _layers(found: Collection[PurePosixPath]) -> dict[str, list[PurePosixPath]]:
    """By what tells one layer from the others: 国土数値情報 has each in several formats, and each
    Shapefile in a folder UTF-8 and a folder Shift-JIS."""
    layers: dict[str, list[PurePosixPath]] = {}
    for inside in sorted(found):
        folders = [each for each in inside.parent.parts if _plain(each) not in _ENCODINGS]
        layers.setdefault("/".join([*folders, inside.stem]).casefold(), []).append(inside)
    return layers


def _meant(
    name: str, layers: Mapping[str, Sequence[PurePosixPath]], layer: str | None
) -> Sequence[PurePosixPath]:
    """The files of one layer. Raises BadFile."""
    called = [[each for each in files if _is_called(each, layer)] for files in layers.values()]
    if len(chosen := [files for files in called if files]) == 1:
        return chosen[0]
    if len(layers) == 1:
        return next(iter(layers.values()))
    raise BadFile(
        f"{name}: --layer でひとつ選んでください / choose one with --layer:"
        f" {', '.join(_names(layers))}"
    )


def _is_called(inside: PurePosixPath, layer: str | None) -> bool:
    wanted = PurePosixPath(readable(layer or "")).parts
    tails = (path.parts[-len(wanted) :] for path in (inside, inside.with_suffix("")))
    return wanted in tails


def _names(layers: Mapping[str, Sequence[PurePosixPath]]) -> list[str]:
    """As short as tells them apart."""
    paths = [files[0].with_suffix("") for files in layers.values()]
    stems = [path.name for path in paths]
    return [str(path) if stems.count(path.name) > 1 else path.name for path in paths]


def _rank(inside: PurePosixPath, format: Format) -> tuple[int, int]:
    """What reads its text most surely comes first."""
    encodings = [_ENCODINGS.get(_plain(each), 0) for each in inside.parent.parts]
    return sum(encodings), _FORMATS.index(format)


def _plain(folder: str) -> str:
    return re.sub(r"[\W_]", "", folder).casefold()


def _put(name: str, inside: PurePosixPath, format: Format, files: Files, folder: Path) -> Path:
    """A link to the file, and to what belongs to it in small letters. Raises BadFile."""
    kin = {ending: _beside(inside, ending, files) for ending in _BESIDE} if format == "shp" else {}
    if missing := [ending for ending in _NEEDED if kin and not kin[ending]]:
        listed = " と ".join(missing)
        raise BadFile(
            f"{name}: {inside.name} といっしょの {listed} がありません。Shapefile は"
            " .shp .shx .dbf .prj を同じ名前で同じフォルダー(または zip)に入れてください"
            f" / {' and '.join(missing)} of the same name must lie beside the .shp"
        )
    if format == "gpkg" and (unwritten := _beside(inside, _UNWRITTEN, files)):
        unwritten.rename(f"{files[inside]}-wal")  # of a zip; elsewhere it is called so already
    home = folder / "source"
    home.mkdir()
    stem = _NOT_SAFE.sub("_", inside.stem)[:60]
    for ending, file in {f".{format}": files[inside], **kin}.items():
        if file:
            (home / f"{stem}{ending}").symlink_to(file.resolve())
    return home / f"{stem}.{format}"


def _beside(inside: PurePosixPath, ending: str, files: Files) -> Path | None:
    """Of two that differ in capitals alone, the one that is written alike."""
    kin = [
        each for each in files
        if each.parent == inside.parent and each.suffix.lower() == ending
        if each.stem.casefold() == inside.stem.casefold()
    ]  # fmt: skip
    kin.sort(key=lambda each: each.stem != inside.stem)
    return files[kin[0]] if kin else None


def _format(file: Path) -> Format | None:
    with file.open("rb") as opened:
        return format_of(opened.read(HEAD))


def _no_format(given: Path) -> str:
    name = readable(given.resolve().name)
    if given.is_file() and given.suffix.lower() in _BESIDE:
        return f"{name}: 同じ名前の .shp を指定してください / give the .shp of the same name"
    return (
        f"{name}: Shapefile・GeoPackage・GeoJSON がありません。どれかに書き出してください"
        " / no Shapefile, GeoPackage or GeoJSON: save it as one of them"
    )
