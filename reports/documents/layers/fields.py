"""What a layer is made of: its fields, and features piece by piece. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

Type = Literal["text", "whole", "number", "degrees", "day", "moment"]
"""A day is a date, a moment a datetime with its time zone, a number a float, as degrees are; where
some are not known, whole ones are numbers too."""
Value = str | int | float | date | datetime | None
GEOMETRY: Final = "geometry"
"""The name of the column with the shape, in Parquet."""


class Field(NamedTuple):
    """`name`: as programs show it."""

    name: str
    type: Type


class Feature(NamedTuple):
    """`shape`: WKB in longitude and latitude (WGS 84), None for none; `values` in the fields'
    order."""

    shape: bytes | None
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Layer:
    """`shapes`: the type of all its shapes, as OGC writes it; `style`: how QGIS is to draw it
    (QML), "" for as it likes. `zone`: in which moments are told, an IANA name."""

    name: str
    title: str
    fields: Sequence[Field]
    shapes: Literal["Point", "MultiLineString"] = "Point"
    style: str = ""
    zone: str = "UTC"
