"""The data as a layer that programs of maps and of data open."""

from collections.abc import Iterable, Iterator

from geo.wkb import point
from reports.documents.layers.fields import Feature, Field, Layer
from reports.documents.open_data.columns import COLUMNS, Record, point_of


def layer(title: str) -> Layer:
    """Points, some without a place; its fields have the columns' keys."""
    return Layer("tickets", title, [Field(column.key, column.type) for column in COLUMNS])


def features(records: Iterable[Record]) -> Iterator[Feature]:
    """Each record with its point."""
    for values in records:
        there = point_of(values)
        yield Feature(point(*there) if there else None, values)
