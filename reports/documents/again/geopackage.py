"""Sections as GeoPackage (OGC 12-128), which QGIS opens drawn: by group, wide and dark where much
comes back. The names of the layer and of its fields are Japanese."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy
from pyogrio import raw

from geo.wkb import Shape
from geo.wkb import write as as_wkb
from reports.documents.again.columns import Column
from reports.stats.again.classes import CLASSES, Class
from reports.stats.again.reading import Ranked

LAYER: Final = "くり返す区間"
_KINDS: Final = {"whole": "int64", "number": "float64"}


def write(path: Path, columns: Sequence[Column], rows: Sequence[Ranked]) -> None:
    """One layer of lines, WGS 84, with its style beside it."""
    raw.write(
        path,
        _objects([_wkb(row.line) for row in rows]),
        [_values(column, rows) for column in columns],
        _objects([column.name for column in columns]),
        layer=LAYER,
        driver="GPKG",
        geometry_type="MultiLineString",
        crs="EPSG:4326",
    )
    with closing(sqlite3.connect(path)) as file, file:
        for statement in _STYLES:
            file.execute(statement)
        file.execute(_STYLE, {"layer": LAYER, "name": "順位の組", "qml": style(columns[0].name)})


def style(field: str) -> str:
    """QGIS's own description (QML) of how the groups in this field are drawn."""
    groups, symbols = [], []
    for place, each in enumerate(CLASSES):
        label = quoteattr(f"{each.letter} {each.words}")
        groups.append(
            f'<category value="{each.letter}" symbol="{place}" label={label} render="true"/>'
        )
        symbols.append(_symbol(place, each))
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
        '<qgis styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)} enableorderby="0"'
        f' forceraster="0" symbollevels="0"><categories>{"".join(groups)}</categories>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )


def _symbol(place: int, each: Class) -> str:
    red, green, blue = bytes.fromhex(each.colour[1:])
    options = {
        "line_color": f"{red},{green},{blue},255",
        "line_width": f"{each.wide * 0.3:.2f}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    told = "".join(
        f'<Option name="{name}" type="QString" value="{value}"/>' for name, value in options.items()
    )
    return (
        f'<symbol name="{place}" type="line" alpha="1" clip_to_extent="1" force_rhr="0">'
        '<layer class="SimpleLine" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )


def _wkb(geojson: str) -> bytes:
    runs = json.loads(geojson)["coordinates"]
    return as_wkb(Shape("line", [[numpy.array(run, dtype="float64")] for run in runs]))


def _values(column: Column, rows: Sequence[Ranked]) -> Any:
    values = [column.value(row) for row in rows]
    if column.type == "text" or any(value is None for value in values):
        # a column of numbers that are not all known
        known = numpy.array([value if value is not None else numpy.nan for value in values])
        return _objects(values) if column.type == "text" else known.astype("float64")
    return numpy.array(values, dtype=_KINDS[column.type])


def _objects(values: Sequence[object]) -> Any:
    made = numpy.empty(len(values), dtype=object)
    made[:] = values
    return made


_STYLES: Final = (
    """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
        f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
        useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)
    """,
    """
    INSERT INTO gpkg_contents (table_name, data_type, identifier)
    VALUES ('layer_styles', 'attributes', 'layer_styles')
    """,
)
_STYLE: Final = """
    INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
                              styleName, styleQML, styleSLD, useAsDefault, description, owner)
    VALUES ('', '', :layer, (SELECT column_name FROM gpkg_geometry_columns
                             WHERE table_name = :layer), :name, :qml, '', 1, :name, '')
"""
