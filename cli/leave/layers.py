"""What lies on the map, as one GeoPackage: a layer for each table with places, with its columns."""

import errno
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
from sqlalchemy.orm import Session

from cli.leave.dictionary import Field, Going
from cli.leave.tables import Told, query
from store import sql

FILE: Final = "map.gpkg"
_AT_ONCE: Final = 10_000
_MOST_BYTES: Final = 32_000_000
_NAMES: Final = {
    "Point": "Point", "MultiPolygon": "MultiPolygon", "MultiLineString": "MultiLineString",
}  # fmt: skip
_OF_PLACES: Final = ("degrees", "WKT")


def write(file: Path, db: Session, one: Going, told: Told) -> int:
    """A layer more; how many features it has. Rows without a place are left out.

    Raises OSError, SQLAlchemyError.
    """
    fields = [field for field in one.fields if field.type not in _OF_PLACES]
    shape = f't."{one.shape}"'
    columns = [f"encode(ST_AsBinary({shape}), 'hex')", *(field.sql for field in fields)]
    many = 0
    with sql.stream(db, query(one, columns, f"{shape} IS NOT NULL")) as rows:
        for piece in _pieces(rows):
            try:
                _append(file, one, fields, piece, is_first=not many)
            except RuntimeError as wrong:  # all of pyogrio's errors
                raise OSError(errno.EIO, str(wrong), str(file)) from wrong
            many += len(piece)
            told(many)
    return many


def _append(
    file: Path, one: Going, fields: Sequence[Field], rows: list[Any], *, is_first: bool
) -> None:
    shapes = np.array([bytes.fromhex(row[0]) for row in rows], dtype=object)
    columns = list(zip(*(row[1:] for row in rows), strict=True)) or [()] * len(fields)
    made = [_values(field, column) for field, column in zip(fields, columns, strict=True)]
    pyogrio.raw.write(
        str(file),
        geometry=shapes,
        field_data=[values for values, _ in made],
        field_mask=[empty for _, empty in made],
        fields=[field.name for field in fields],
        layer=one.table.name,
        driver="GPKG",
        geometry_type=_NAMES[one.shape_type],
        crs="EPSG:4326",
        append=not is_first,
        layer_options={"FID": "fid", "GEOMETRY_NAME": "geom"} if is_first else None,
    )


def _values(field: Field, column: Sequence[str | None]) -> tuple[Any, Any]:
    """Whole numbers as numbers, with what is empty; all else as it stands in the CSV."""
    if field.type == "integer":
        empty = np.array([value is None for value in column], dtype=bool)
        return np.array([int(value or 0) for value in column], dtype=np.int64), empty
    return np.array(column, dtype=object), None


def _pieces(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """As many at once as memory has room for; one piece at least, for the layer's sake."""
    piece: list[Any] = []
    size = 0
    is_first = True
    for row in rows:
        piece.append(row)
        size += len(row[0])
        if len(piece) == _AT_ONCE or size > _MOST_BYTES:
            yield piece
            piece, size, is_first = [], 0, False
    if piece or is_first:
        yield piece
