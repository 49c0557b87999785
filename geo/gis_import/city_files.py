"""One city's GeoJSON files in (EPSG:4326, our own column names), in the caller's transaction."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.gis_import import staging, versions
from geo.gis_import.staging import Staged
from geo.kinds import AREA_KINDS, OWNERS, BadFile, Kind, kind_named
from geo.models import City

__all__ = [
    "AREA_KINDS", "OWNERS", "BadFile", "load_areas", "load_assets", "load_city_facts", "load_roads",
]  # fmt: skip


def load_city_facts(db: Session, facts: dict[str, Any]) -> None:
    """The city's names, centre and telephone numbers, instead of what was there."""
    row = insert(City).values(id=1, facts=json.loads(json.dumps(facts, default=str)))
    db.execute(
        row.on_conflict_do_update(index_elements=[City.id], set_={"facts": row.excluded.facts})
    )


def load_areas(db: Session, file: Path) -> int:
    """Replace all areas, of every kind. Returns how many there are now. Raises BadFile."""
    rows: defaultdict[str, dict[str, Staged]] = defaultdict(dict)
    for number, properties, shape in _features(file, ("Polygon", "MultiPolygon")):
        kind = _one_of(file, number, properties, "kind", AREA_KINDS)
        key = _word(file, number, properties, "key")
        if key in rows[kind]:
            raise BadFile(f"{file.name}, row {number}: another {kind} has the key “{key}”")
        name = _word(file, number, properties, "name")
        name_en = properties.get("name_en") or ""
        rows[kind][key] = Staged(number, shape, key=key, name=name, name_en=name_en)
    in_use = {kind.name for kind in versions.kinds_in_use(db, "areas")}
    for name in [name for name in AREA_KINDS if name in {*rows, *in_use}]:
        _replace(db, kind_named(name), file, [*rows[name].values()])
    return sum(map(len, rows.values()))


def load_roads(db: Session, file: Path) -> int:
    """Replace all centrelines. Returns how many there are now. Raises BadFile."""
    rows = [
        Staged(
            number,
            line,
            name=properties.get("name") or properties.get("ref") or "",
            name_en=properties.get("name_en") or "",
            ref=properties.get("ref") or "",
            owner=_one_of(file, number, properties, "owner", OWNERS),
            road_class=properties.get("class") or "",
            tolerance_m=properties.get("tolerance_m"),
            source_id=str(properties.get("id") or ""),
        )
        for number, properties, line in _features(file, ("LineString", "MultiLineString"))
    ]
    _replace(db, kind_named("road"), file, rows)
    return len(rows)


def load_assets(db: Session, file: Path) -> int:
    """Replace the assets of the kinds in this file; a city need not have it. Raises BadFile."""
    rows: defaultdict[Kind, list[Staged]] = defaultdict(list)
    for number, properties, place in _features(file, ("Point",)) if file.exists() else ():
        kind = _asset_kind(file, number, properties)
        key, name = properties.get("key") or "", properties.get("name") or ""
        if not key and not name:
            raise BadFile(f"{file.name}, row {number}: “key” or “name” is missing")
        owner = _one_of(file, number, properties, "owner", ("", *OWNERS))
        rows[kind].append(Staged(number, place, key=key, name=name, owner=owner))
    for kind, staged in rows.items():
        _replace(db, kind, file, staged)
    return sum(map(len, rows.values()))


def _replace(db: Session, kind: Kind, file: Path, rows: list[Staged]) -> None:
    """These rows, their shapes as GeoJSON, are the kind's new version."""
    staging.begin(db)
    if rows:
        db.execute(_STAGE, [row._asdict() for row in rows])
    _refuse_invalid(db, file)
    layer = versions.new_version(db, kind, source=file.name)
    versions.finish(db, kind, layer, staging.move_in(db, kind, layer))
    staging.end(db)


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


def _asset_kind(file: Path, number: int, properties: dict[str, Any]) -> Kind:
    word = _word(file, number, properties, "kind")
    try:
        kind = kind_named(word)
    except ValueError as wrong:
        raise BadFile(f"{file.name}, row {number}: {wrong}") from wrong
    if kind.table != "assets":
        raise BadFile(f"{file.name}, row {number}: {word} is no kind of asset")
    return kind


def _word(file: Path, number: int, properties: dict[str, Any], name: str) -> str:
    value = properties.get(name)
    if not isinstance(value, str) or not value:
        raise BadFile(f"{file.name}, row {number}: “{name}” is missing")
    return value


def _one_of(
    file: Path, number: int, properties: dict[str, Any], name: str, allowed: tuple[str, ...]
) -> str:
    may_lack = "" in allowed and not properties.get(name)
    value = "" if may_lack else _word(file, number, properties, name)
    if value not in allowed:
        raise BadFile(f"{file.name}, row {number}: “{name}” must be one of {', '.join(allowed)}")
    return value


def _refuse_invalid(db: Session, file: Path) -> None:
    wrong = db.execute(
        text(
            "SELECT name, ST_IsValidReason(shape) AS why FROM staged"
            " WHERE ST_Dimension(shape) = 2 AND NOT ST_IsValid(shape)"
        )
    ).first()
    if wrong:
        raise BadFile(f"{file.name}: {wrong.name} is not a valid polygon ({wrong.why})")


_STAGE: Final = text(
    f"INSERT INTO staged ({', '.join(Staged._fields)}) VALUES"
    f" ({', '.join(f':{name}' for name in Staged._fields)})".replace(
        ":shape", "ST_SetSRID(ST_GeomFromGeoJSON(:shape), 4326)"
    )
)
