"""The data as GeoPackage (OGC 12-128), which QGIS opens as it is."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy
import pyogrio
from pyogrio import raw

from geo.wkb import point
from reports.documents.open_data.columns import COLUMNS, Column, Record, point_of

LAYER: Final = "tickets"
AT_ONCE: Final = 2_000
_NAMES: Final = numpy.array([column.key for column in COLUMNS])


def write(path: Path, records: Iterable[Record], title: str, made: date) -> None:
    """One layer of points, WGS 84, some without one; its fields have the columns' keys.

    `made`: what the file says of its last change, so that the same data gives the same bytes.
    """
    rest, append = iter(records), False
    with _dated(made):
        while (some := list(islice(rest, AT_ONCE))) or not append:
            _put(path, some, title, append)
            append = True


def _put(path: Path, some: Sequence[Record], title: str, append: bool) -> None:
    raw.write(
        path,
        _objects([_geometry(values) for values in some]),
        [_values(column, some, place) for place, column in enumerate(COLUMNS)],
        _NAMES,
        layer=LAYER,
        driver="GPKG",
        geometry_type="Point",
        crs="EPSG:4326",
        append=append,
        layer_options=None if append else {"DESCRIPTION": title, "IDENTIFIER": LAYER},
    )


def _geometry(values: Record) -> bytes | None:
    there = point_of(values)
    return point(*there) if there else None


def _values(column: Column, some: Sequence[Record], place: int) -> Any:
    values = [values[place] for values in some]
    if column.type == "day":
        return numpy.array([value or "NaT" for value in values], dtype="datetime64[D]")
    if column.type == "whole":
        return numpy.array(values, dtype="int32")
    if column.type == "degrees":
        return numpy.array([numpy.nan if one is None else one for one in values], dtype="float64")
    return _objects(values)


def _objects(values: Sequence[object]) -> Any:
    made = numpy.empty(len(values), dtype=object)
    made[:] = values
    return made


@contextmanager
def _dated(day: date) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
