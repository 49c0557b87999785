"""A list as a layer of points, for GeoPackage and Parquet: with the list's Japanese names, and
drawn in QGIS by how far each ticket is."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reports.documents.exports import style
from reports.documents.exports.columns import Column, Row
from reports.documents.layers.fields import Feature, Field, Layer, Value
from settings import settings

NAME: Final = "受付票"


def layer(columns: Mapping[str, Column], title: str) -> Layer:
    """Its fields have the names of the columns."""
    fields = [Field(column.name, column.type) for column in columns.values()]
    return Layer(NAME, title, fields, style=style.of(columns), zone=settings().tz)


def features(pieces: Iterable[list[Row]], columns: Mapping[str, Column]) -> Iterator[Feature]:
    """Each ticket at its place (WGS 84), with an empty cell as null."""
    from geo.wkb import point  # with numpy, for those who make the file

    for rows in pieces:
        for row in rows:
            place = point(round(row.line.lon, 6), round(row.line.lat, 6))
            yield Feature(place, [_told(column.value(row)) for column in columns.values()])


def _told(value: Value) -> Value:
    if value == "":
        return None
    return str(value) if isinstance(value, str) else value
