"""GIS files as they come: Shapefile, GeoPackage, GeoJSON, in a folder or a zip, read in pieces."""

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyogrio

from geo.gis_import.dbf import deleted_rows
from geo.gis_import.sources import gdal
from geo.gis_import.sources.choice import Source, readable, source_of
from geo.gis_import.sources.links import named_system
from geo.gis_import.text_encoding import Encoding, encoding_of, of_whole, spelled
from geo.kinds import BadFile

ROWS_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows in a row: the first one's number, geometries as WKB or None, and their columns."""

    first: int
    geometries: Sequence[bytes | None]
    columns: dict[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class GisFile:
    """One layer of an open file. `crs` is what the file says, `rows` how many it has.

    `name`: of what was given, `source`: which file in it. `layer`: of a GeoPackage's several.
    `geometry`: what it says that its rows are, such as Point; None or Unknown where it does not.
    `raw_names`: columns as people read them → as GDAL calls them. `deleted`: rows that are not read
    and have a number of GDAL's, from 0.
    """

    name: str
    source: Source
    driver: str
    layer: str | None
    raw_names: Mapping[str, str]
    rows: int
    crs: str | None
    encoding: Encoding
    geometry: str | None = None
    deleted: Sequence[int] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.raw_names)

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """All rows, numbered from 1, with these columns. Raises BadFile."""
        names = {self.raw_names[column]: column for column in columns}
        first = 1
        for skip, rows in self._runs():
            facts, _, geometries, fields = gdal.ask(
                self.name, pyogrio.raw.read, self.source.path, layer=self.layer,
                columns=[*names], encoding=_BYTE_BY_BYTE if self.in_dbf else None,
                skip_features=skip, max_features=rows, force_2d=True, datetime_as_string=True,
            )  # fmt: skip
            if len(geometries) < rows:
                raise BadFile(
                    f"{self.name}: {first + len(geometries)}行目から読めません。壊れています"
                    " / cannot be read from there on: damaged"
                )
            values = zip(facts["fields"], map(self._in_words, fields), strict=True)
            yield Piece(first, geometries, {names[name]: each for name, each in values})
            first += rows

    @property
    def in_dbf(self) -> bool:
        return self.source.format == "shp"

    def _runs(self) -> Iterator[tuple[int, int]]:
        """From which of GDAL's rows on, and how many that are to be read."""
        there = self.rows + len(self.deleted)
        for start in range(0, there, ROWS_AT_ONCE):
            end = min(start + ROWS_AT_ONCE, there)
            deleted = bisect_left(self.deleted, end) - bisect_left(self.deleted, start)
            if rows := end - start - deleted:
                yield start, rows

    def _in_words(self, values: Any) -> Any:
        if not self.in_dbf or values.dtype != object:
            return values
        return [words_of(each, self.encoding.name) if each else each for each in values]


@contextmanager
def opened(
    given: Path, *, layer: str | None = None, encoding: str | None = None
) -> Iterator[GisFile]:
    """The one layer in this file, folder or zip, or the one named. Raises BadFile, OSError."""
    name = readable(given.resolve().name)
    with source_of(given, layer) as source:
        found = _encoding(source, encoding)
        said = _said(source)
        in_dbf = source.format == "shp"
        in_it = _layer(name, source, layer)
        info = gdal.ask(
            name, pyogrio.read_info, source.path, layer=in_it, force_feature_count=True,
            encoding=_BYTE_BY_BYTE if in_dbf else None,
        )  # fmt: skip
        names = {words_of(raw, found.name) if in_dbf else raw: raw for raw in info["fields"]}
        deleted = _deleted(source, info["features"])
        yield GisFile(
            name=name,
            source=source,
            driver=info["driver"],
            layer=in_it,
            raw_names=names,
            rows=info["features"] - len(deleted),
            crs=said if info["crs"] in _WITHOUT_ANY and said else info["crs"],
            encoding=found,
            geometry=info["geometry_type"],
            deleted=deleted,
        )


def _said(source: Source) -> str:
    """The coordinate system that GeoJSON names, "" where GDAL takes the right one. Raises BadFile.

    For a name that it does not know GDAL reads on in WGS 84 without a word.
    """
    if source.format != "geojson":
        return ""
    said = named_system(source.path.read_text("utf-8"), source.inside.name)
    return "" if _WGS_84.search(said) else said


_WITHOUT_ANY: Final = ("EPSG:4326", "EPSG:4979")
"""What GDAL takes for GeoJSON of two and of three dimensions that says nothing (RFC 7946, 4)."""
_WGS_84: Final = re.compile(r"(\b(4326|4979)|CRS84h?|WGS.?84)$", re.IGNORECASE)


def _deleted(source: Source, rows: int) -> Sequence[int]:
    """Of so many. A .dbf may have more than there are shapes."""
    if source.format != "shp":
        return ()
    return [row for row in deleted_rows(source.path.with_suffix(".dbf").read_bytes()) if row < rows]


def words_of(raw: str, encoding: str) -> str:
    """A .dbf's text. A last letter that the column's width has cut in two is left out.

    GDAL is asked to read byte by byte: on such a letter pyogrio would give up the whole file.
    """
    return codecs.getincrementaldecoder(encoding)().decode(raw.encode(_BYTE_BY_BYTE))


_BYTE_BY_BYTE: Final = "ISO-8859-1"


def _layer(name: str, source: Source, wanted: str | None) -> str | None:
    """Which of a GeoPackage's; the other formats have but one. Raises BadFile."""
    layers = [str(source.inside.stem)]
    if source.format == "gpkg":
        listed = gdal.ask(name, pyogrio.list_layers, source.path)
        layers = [layer for layer, form in listed if form is not None]
        if wanted in layers:
            return wanted
    if len(layers) == 1 and (wanted is None or source.is_called(wanted)):
        return layers[0] if source.format == "gpkg" else None
    raise BadFile(
        f"{name}: --layer でひとつ選んでください / choose one with --layer:"
        f" {', '.join(layers) or 'なし / none'}"
    )


def _encoding(source: Source, given: str | None) -> Encoding:
    """What the text is in. GeoJSON that is not the UTF-8 it should be is written anew as such."""
    if source.format == "shp":
        return encoding_of(source.path.with_suffix(".dbf"), given)
    if source.format == "gpkg":
        return Encoding("utf-8", "standard")
    raw, name = source.path.read_bytes(), source.inside.name
    found = Encoding(spelled(given) or given, "given") if given else of_whole(raw, name)
    try:
        words = raw.decode("utf-8-sig" if found.name == "utf-8" else found.name)
    except (ValueError, LookupError) as wrong:
        raise BadFile(
            f"{name}: {found.name} として読めません。--encoding を確かめてください"
            f" / cannot be read as {found.name}: look at --encoding"
        ) from wrong
    if found.name != "utf-8" or raw.startswith(codecs.BOM_UTF8):
        source.path.unlink()  # the link to what was given, not the file itself
        source.path.write_text(words, encoding="utf-8")
    return found
