"""GIS files in: areas and roads as GeoJSON (EPSG:4326), in the caller's transaction."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.models import City

AREA_KINDS = ("city", "district", "town", "neighbour")
OWNERS = ("national", "prefecture", "city", "other")


class BadFile(ValueError):
    """The file cannot be loaded; the message names the file, the row and what is wrong with it."""


def load_city_facts(db: Session, facts: dict[str, Any]) -> None:
    """The city's names, centre and telephone numbers, instead of what was there."""
    row = insert(City).values(id=1, facts=json.loads(json.dumps(facts, default=str)))
    db.execute(
        row.on_conflict_do_update(index_elements=[City.id], set_={"facts": row.excluded.facts})
    )


def load_areas(db: Session, file: Path) -> int:
    """Replace all areas. Returns how many there are now. Raises BadFile."""
    rows = [
        {
            "kind": _one_of(file, number, properties, "kind", AREA_KINDS),
            "key": _word(file, number, properties, "key"),
            "name": _word(file, number, properties, "name"),
            "name_en": properties.get("name_en") or "",
            "shape": shape,
        }
        for number, properties, shape in _features(file, ("Polygon", "MultiPolygon"))
    ]
    db.execute(text("DELETE FROM areas"))
    db.execute(
        text(
            "INSERT INTO areas (kind, key, name, name_en, shape) VALUES (:kind, :key, :name,"
            " :name_en, ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(:shape), 4326)))"
        ),
        rows,
    )
    _refuse_invalid(db, file)
    return len(rows)


def load_roads(db: Session, file: Path) -> int:
    """Replace all centrelines. Returns how many there are now. Raises BadFile."""
    rows = [
        {
            "ref": properties.get("ref") or "",
            "name": properties.get("name") or properties.get("ref") or "",
            "name_en": properties.get("name_en") or "",
            "owner": _one_of(file, number, properties, "owner", OWNERS),
            "road_class": properties.get("class") or "",
            "tolerance_m": properties.get("tolerance_m"),
            "line": line,
        }
        for number, properties, line in _features(file, ("LineString",))
    ]
    db.execute(text("DELETE FROM roads"))
    db.execute(
        text(
            "INSERT INTO roads (ref, name, name_en, owner, road_class, tolerance_m, line) VALUES"
            " (:ref, :name, :name_en, :owner, :road_class, :tolerance_m,"
            " ST_SetSRID(ST_GeomFromGeoJSON(:line), 4326))"
        ),
        rows,
    )
    return len(rows)


def _features(file: Path, kinds: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any], str]]:
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BadFile(f"{file.name}: not a GeoJSON FeatureCollection ({wrong})") from wrong
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry") or {}
        if geometry.get("type") not in kinds:
            raise BadFile(f"{file.name}, row {number}: geometry must be {' or '.join(kinds)}")
        yield number, feature.get("properties") or {}, json.dumps(geometry)


def _word(file: Path, number: int, properties: dict[str, Any], name: str) -> str:
    value = properties.get(name)
    if not isinstance(value, str) or not value:
        raise BadFile(f"{file.name}, row {number}: “{name}” is missing")
    return value


def _one_of(
    file: Path, number: int, properties: dict[str, Any], name: str, allowed: tuple[str, ...]
) -> str:
    value = _word(file, number, properties, name)
    if value not in allowed:
        raise BadFile(f"{file.name}, row {number}: “{name}” must be one of {', '.join(allowed)}")
    return value


def _refuse_invalid(db: Session, file: Path) -> None:
    wrong = db.execute(
        text("SELECT name, ST_IsValidReason(shape) AS why FROM areas WHERE NOT ST_IsValid(shape)")
    ).first()
    if wrong:
        raise BadFile(f"{file.name}: {wrong.name} is not a valid polygon ({wrong.why})")
