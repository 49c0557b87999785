"""GIS files as they come: Shapefile (folder, .shp, .zip), GeoPackage, GeoJSON, read in pieces."""

import codecs
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.gis_import.text_encoding import Encoding, decided, encoding_of
from geo.kinds import BadFile

ROWS_AT_ONCE: Final = 10_000
MOST_UNPACKED: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows in a row: the first one's number, geometries as WKB or None, and their columns."""

    first: int
    geometries: Sequence[bytes | None]
    columns: dict[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class GisFile:
    """One layer of an open file. `crs` is what the file says, `rows` how many it has.

    `geometry`: what it says that its rows are, such as Point; None or Unknown where it does not.
    `raw_names`: columns as people read them → as GDAL calls them.
    """

    path: Path
    name: str
    driver: str
    layer: str
    raw_names: Mapping[str, str]
    rows: int
    crs: str | None
    encoding: Encoding
    geometry: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.raw_names)

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """All rows, numbered from 1, with these columns. Raises BadFile."""
        names = {self.raw_names[column]: column for column in columns}
        for skip in range(0, self.rows, ROWS_AT_ONCE):
            facts, _, geometries, fields = _gdal(
                self.name, pyogrio.raw.read, self.path, layer=self.layer, columns=[*names],
                encoding=_BYTE_BY_BYTE if self.in_dbf else None, skip_features=skip,
                max_features=ROWS_AT_ONCE, force_2d=True, datetime_as_string=True,
            )  # fmt: skip
            values = zip(facts["fields"], map(self._in_words, fields), strict=True)
            yield Piece(skip + 1, geometries, {names[name]: each for name, each in values})

    @property
    def in_dbf(self) -> bool:
        return self.path.suffix.lower() == ".shp"

    def _in_words(self, values: Any) -> Any:
        if not self.in_dbf or values.dtype != object:
            return values
        return [words_of(each, self.encoding.name) if each else each for each in values]


@contextmanager
def opened(
    given: Path, *, layer: str | None = None, encoding: str | None = None
) -> Iterator[GisFile]:
    """The one layer in this file or folder, or the one named. Raises BadFile."""
    if not given.exists():
        raise BadFile(f"{given}: ファイルがありません / no such file")
    with ExitStack() as done:
        path = _the_file(given, layer, done)
        found, path = _encoding(path, encoding, done)
        in_dbf = path.suffix.lower() == ".shp"
        info = _gdal(
            given.name, pyogrio.read_info, path, force_feature_count=True,
            layer=None if in_dbf else _layer(given.name, path, layer),
            encoding=_BYTE_BY_BYTE if in_dbf else None,
        )  # fmt: skip
        names = {words_of(raw, found.name) if in_dbf else raw: raw for raw in info["fields"]}
        yield GisFile(
            path=path,
            name=given.name,
            driver=info["driver"],
            layer=info["layer_name"],
            raw_names=names,
            rows=info["features"],
            crs=info["crs"],
            encoding=found,
            geometry=info["geometry_type"],
        )


def words_of(raw: str, encoding: str) -> str:
    """A .dbf's text. A last letter that the column's width has cut in two is left out.

    GDAL is asked to read byte by byte: on such a letter pyogrio would give up the whole file.
    """
    return codecs.getincrementaldecoder(encoding)().decode(raw.encode(_BYTE_BY_BYTE))


_BYTE_BY_BYTE: Final = "ISO-8859-1"
_KINDS: Final = (".shp", ".gpkg", ".geojson", ".json")
_BESIDE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def _the_file(given: Path, layer: str | None, done: ExitStack) -> Path:
    if zipfile.is_zipfile(given):
        folder = Path(done.enter_context(tempfile.TemporaryDirectory(prefix="michi-gis-")))
        _unpack(given, folder)
        return _only_one(given.name, folder, layer)
    if given.is_dir():
        return _only_one(given.name, given, layer)
    if given.suffix.lower() not in _KINDS:
        raise BadFile(
            f"{given.name}: Shapefile・GeoPackage・GeoJSON ではありません"
            " / not a Shapefile, GeoPackage or GeoJSON"
        )
    return given


def _only_one(name: str, folder: Path, layer: str | None) -> Path:
    """The one GIS file in a folder; of several, the one whose name is the layer's."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _KINDS)
    if len(files) > 1 and layer:
        files = [file for file in files if file.stem == layer]
    if len(files) != 1:
        names = ", ".join(file.stem for file in files) or "なし / none"
        raise BadFile(f"{name}: --layer でひとつ選んでください / choose one with --layer: {names}")
    return files[0]


def _unpack(archive: Path, folder: Path) -> None:
    """What belongs to GIS files, each beside its own kin; names in cp932 where not marked UTF-8."""
    with zipfile.ZipFile(archive, metadata_encoding="cp932") as packed:
        wanted = [
            each for each in packed.infolist()
            if Path(each.filename).suffix.lower() in {*_KINDS, *_BESIDE}
        ]  # fmt: skip
        if sum(each.file_size for each in wanted) > MOST_UNPACKED:
            raise BadFile(f"{archive.name}: 大きすぎます / too large when unpacked")
        homes: dict[str, Path] = {}
        for each in wanted:
            inside = Path(each.filename)
            home = homes.setdefault(str(inside.parent), folder / str(len(homes)))
            home.mkdir(exist_ok=True)
            with packed.open(each) as source, (home / inside.name).open("wb") as target:
                shutil.copyfileobj(source, target)


def _layer(name: str, path: Path, wanted: str | None) -> str | None:
    listed = _gdal(name, pyogrio.list_layers, path)
    layers = [layer for layer, form in listed if form is not None]
    if wanted in layers or (wanted is None and len(layers) == 1):
        return wanted or layers[0]
    if path.suffix.lower() != ".gpkg":
        return None
    raise BadFile(
        f"{name}: --layer でひとつ選んでください / choose one with --layer: {', '.join(layers)}"
    )


def _encoding(path: Path, given: str | None, done: ExitStack) -> tuple[Encoding, Path]:
    """What the text is in; GeoJSON that is not the UTF-8 it should be is written anew as such."""
    if path.suffix.lower() == ".shp":
        beside = (file for file in path.parent.iterdir() if file.suffix.lower() == ".dbf")
        dbf = next((file for file in beside if file.stem == path.stem), None)
        return (encoding_of(dbf, given) if dbf else Encoding("utf-8", "ascii")), path
    if path.suffix.lower() == ".gpkg":
        return Encoding("utf-8", "standard"), path
    raw = path.read_bytes()
    found = Encoding(given, "given") if given else decided([raw], path.name)
    if found.name == "utf-8" and not raw.startswith(b"\xef\xbb\xbf"):
        return found, path
    folder = Path(done.enter_context(tempfile.TemporaryDirectory(prefix="michi-gis-")))
    try:
        words = raw.decode("utf-8-sig" if found.name == "utf-8" else found.name)
    except (UnicodeDecodeError, LookupError) as wrong:
        raise BadFile(f"{path.name}: {wrong}") from wrong
    (folder / path.name).write_text(words, encoding="utf-8")
    return found, folder / path.name


def _gdal(name: str, ask: Any, *given: Any, **options: Any) -> Any:
    """GDAL warns of what is looked at here row by row."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ask(*given, **options)
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as unreadable:
        raise BadFile(f"{name}: 読めません / cannot be read ({unreadable})") from unreadable
