"""The data as Parquet with the metadata of GeoParquet 1.1."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow
from pyarrow import parquet

from geo.wkb import point
from reports.documents.open_data.columns import COLUMNS, Record, Type, point_of

AT_ONCE: Final = 5_000
GEOMETRY: Final = "geometry"
_TYPES: Final[Mapping[Type, Any]] = {
    "text": pyarrow.string(),
    "whole": pyarrow.int32(),
    "degrees": pyarrow.float64(),
    "day": pyarrow.date32(),
}
_GEO: Final = {
    "version": "1.1.0",
    "primary_column": GEOMETRY,
    "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}},
}
"""Without a system of coordinates they are longitude and latitude (OGC:CRS84)."""
_SCHEMA: Final = pyarrow.schema(
    [
        *(pyarrow.field(column.key, _TYPES[column.type]) for column in COLUMNS),
        pyarrow.field(GEOMETRY, pyarrow.binary()),
    ],
    metadata={"geo": json.dumps(_GEO)},
)


def write(path: Path, records: Iterable[Record]) -> None:
    """A row group for each AT_ONCE rows; the columns have their keys."""
    rest = iter(records)
    with parquet.ParquetWriter(path, _SCHEMA, compression="zstd") as file:
        while some := list(islice(rest, AT_ONCE)):
            file.write_table(_table(some))


def _table(some: Sequence[Record]) -> Any:
    columns: list[Sequence[Any]] = [*zip(*some, strict=True)]
    points = [point_of(values) for values in some]
    columns.append([point(*there) if there else None for there in points])
    return pyarrow.Table.from_arrays(
        [pyarrow.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)],
        schema=_SCHEMA,
    )
