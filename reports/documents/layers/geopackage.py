"""A layer as GeoPackage (OGC 12-128), which QGIS opens as it is, drawn as its style says."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy
import pyogrio
from pyogrio import raw

from reports.documents.layers.fields import Feature, Field, Layer

AT_ONCE: Final = 5_000


def write(path: Path, features: Iterable[Feature], layer: Layer, made: str) -> None:
    """A new file, AT_ONCE features at a time, so that no more are in memory. Moments are words on
    the clocks of their zone (2026-11-21 00:30): as a DATETIME they would be UTC, and shown so.

    `made`: when the file says it was changed last, so that the same features give the same bytes.
    """
    rest, append = iter(features), False
    with _dated(made):
        while (some := list(islice(rest, AT_ONCE))) or not append:
            _put(path, some, layer, append)
            append = True
    if layer.style:
        with closing(sqlite3.connect(path)) as file, file:
            _put_style(file, layer, made)


def _put(path: Path, some: Sequence[Feature], layer: Layer, append: bool) -> None:
    of_fields = [[each.values[place] for each in some] for place in range(len(layer.fields))]
    raw.write(
        path,
        _objects([each.shape for each in some]),
        [_array(field, values) for field, values in zip(layer.fields, of_fields, strict=True)],
        _names(layer),
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.shapes,
        crs="EPSG:4326",
        append=append,
        layer_options=None if append else {"DESCRIPTION": layer.title, "IDENTIFIER": layer.name},
    )


def _names(layer: Layer) -> Any:
    return numpy.array([field.name for field in layer.fields])


def _array(field: Field, values: Sequence[Any]) -> Any:
    if field.type == "moment":
        return _objects([f"{value:%Y-%m-%d %H:%M}" if value else None for value in values])
    if field.type == "day":
        return numpy.array(values, dtype="datetime64[D]")
    if field.type == "whole":
        return numpy.array(values, dtype="int32")
    if field.type in ("number", "degrees"):
        return numpy.array([numpy.nan if one is None else one for one in values], dtype="float64")
    return _objects(values)


def _objects(values: Sequence[object]) -> Any:
    made = numpy.empty(len(values), dtype=object)
    made[:] = values
    return made


@contextmanager
def _dated(made: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": made})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _put_style(file: sqlite3.Connection, layer: Layer, made: str) -> None:
    """Into the table in which QGIS keeps styles, as the one that it draws the layer by."""
    ((geometry,),) = file.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer.name,)
    )
    file.execute(_STYLES)
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (made,),
    )
    file.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui,"
        " update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
        (layer.name, geometry, layer.name, layer.style, layer.title, made),
    )


_STYLES: Final = """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
        f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
        styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
        owner TEXT(30), ui TEXT(30),
        update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
    )
"""
"""As QGIS makes it."""
