"""Sections as GeoPackage, which QGIS opens drawn: by group, wide and dark where much comes back.
The names of the layer and of its fields are Japanese."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reports.documents.again.columns import Column
from reports.documents.layers import qml
from reports.documents.layers.fields import Feature, Field, Layer
from reports.stats.again.classes import CLASSES, Class
from reports.stats.again.reading import Ranked

LAYER: Final = "くり返す区間"


def write(path: Path, columns: Sequence[Column], rows: Sequence[Ranked]) -> None:
    """One layer of lines, WGS 84, with its style beside it. What writes it is loaded then: a page
    has no use for it."""
    from reports.documents.layers import geopackage

    layer = Layer(
        LAYER,
        LAYER,
        [Field(column.name, column.type) for column in columns],
        shapes="MultiLineString",
        style=qml.grouped(columns[0].name, [_group(each) for each in CLASSES]),
    )
    features = (Feature(_wkb(row.line), [column.value(row) for column in columns]) for row in rows)
    geopackage.write(path, features, layer, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}")


def _group(each: Class) -> qml.Group:
    options = {
        "line_color": qml.rgba(each.colour),
        "line_width": f"{each.wide * 0.3:.2f}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    symbol = qml.Symbol("line", "SimpleLine", options)
    return qml.Group(each.letter, f"{each.letter} {each.words}", symbol)


def _wkb(geojson: str) -> bytes:
    import numpy  # for those who ask for the file

    from geo.wkb import Shape, write

    runs = json.loads(geojson)["coordinates"]
    return write(Shape("line", [[numpy.array(run, dtype="float64")] for run in runs]))
