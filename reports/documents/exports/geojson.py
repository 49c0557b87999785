"""A list as points on a map: a GeoJSON FeatureCollection (RFC 7946), as QGIS opens it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from reports.documents.exports.columns import Column, Row
from reports.documents.layers.fields import Value


def write(
    pieces: Iterable[list[Row]], columns: Mapping[str, Column], title: str
) -> Iterator[bytes]:
    """A point (lon, lat, WGS 84) for each row, piece by piece, a line each. Properties have the
    Japanese names of the columns; days and moments are ISO 8601, empty ones null. `title`: what
    QGIS calls the layer."""
    yield f'{{"type":"FeatureCollection","name":{_json(title)},"features":['.encode()
    before = "\n"
    for rows in pieces:
        for_all = ",\n".join(_json(_feature(row, columns)) for row in rows)
        if for_all:
            yield f"{before}{for_all}".encode()
            before = ",\n"
    yield b"\n]}\n"


def _feature(row: Row, columns: Mapping[str, Column]) -> dict[str, Any]:
    place = [round(row.line.lon, 6), round(row.line.lat, 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {column.name: _told(column.value(row)) for column in columns.values()},
    }


def _told(value: Value) -> str | int | float | None:
    if value == "":
        return None
    return value.isoformat() if isinstance(value, date) else value


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
