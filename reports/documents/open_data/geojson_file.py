"""The data as GeoJSON (RFC 7946): a point of longitude and latitude (WGS 84), or null."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from reports.documents.open_data.columns import COLUMNS, Record, Value, point_of


def write(path: Path, records: Iterable[Record], title: str) -> None:
    """A feature a line, its properties by the columns' keys; `title`: what QGIS calls the layer."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f'{{"type":"FeatureCollection","name":{_json(title)},"features":[')
        before = "\n"
        for values in records:
            file.write(before + _json(_feature(values)))
            before = ",\n"
        file.write("\n]}\n")


def _feature(values: Record) -> dict[str, Any]:
    point = point_of(values)
    return {
        "type": "Feature",
        "id": values[1],
        "geometry": {"type": "Point", "coordinates": point} if point else None,
        "properties": {
            column.key: _told(value) for column, value in zip(COLUMNS, values, strict=True)
        },
    }


def _told(value: Value) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
