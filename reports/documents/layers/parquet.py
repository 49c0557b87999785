"""A layer as Parquet with the metadata of GeoParquet 1.1."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow
from pyarrow import parquet

from reports.documents.layers.fields import GEOMETRY, Feature, Layer, Type

AT_ONCE: Final = 5_000
_TYPES: Final[Mapping[Type, Any]] = {
    "text": pyarrow.string(),
    "whole": pyarrow.int32(),
    "number": pyarrow.float64(),
    "degrees": pyarrow.float64(),
    "day": pyarrow.date32(),
}


def write(path: Path, features: Iterable[Feature], layer: Layer) -> None:
    """A row group for each AT_ONCE features, and no more than that in memory."""
    schema, rest = _schema(layer), iter(features)
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        while some := list(islice(rest, AT_ONCE)):
            file.write_table(_table(some, schema))


def _schema(layer: Layer) -> Any:
    """Without a system of coordinates they are longitude and latitude (OGC:CRS84)."""
    shape = {"encoding": "WKB", "geometry_types": [layer.shapes]}
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: shape}}
    moment = pyarrow.timestamp("us", layer.zone)
    fields = [
        pyarrow.field(field.name, moment if field.type == "moment" else _TYPES[field.type])
        for field in layer.fields
    ]
    return pyarrow.schema(
        [*fields, pyarrow.field(GEOMETRY, pyarrow.binary())], metadata={"geo": json.dumps(geo)}
    )


def _table(some: Sequence[Feature], schema: Any) -> Any:
    columns: list[Sequence[Any]] = [*zip(*(each.values for each in some), strict=True)]
    columns.append([each.shape for each in some])
    return pyarrow.Table.from_arrays(
        [pyarrow.array(values, field.type) for values, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
