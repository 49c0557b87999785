"""One city's GeoJSON files (EPSG:4326, our own column names): read and checked, then written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.gis_import import staging, versions
from geo.gis_import.faults import Fault, refuse
from geo.gis_import.geojson import Row, in_file
from geo.gis_import.staging import Staged
from geo.kinds import AREA_KINDS, OWNERS, BadFile, Kind, kind_named
from geo.models import City

__all__ = [
    "AREA_KINDS",
    "OWNERS",
    "BadFile",
    "districts_in",
    "load_areas",
    "load_assets",
    "load_city_facts",
    "load_roads",
    "read_areas",
    "read_assets",
    "read_roads",
]  # fmt: skip

Rows = Mapping[str, Sequence[Staged]]
"""By kind, each with its shape as GeoJSON."""


def load_city_facts(db: Session, facts: Mapping[str, Any]) -> None:
    """The city's names, centre and telephone numbers, instead of what was there."""
    row = insert(City).values(id=1, facts=facts)
    db.execute(
        row.on_conflict_do_update(index_elements=[City.id], set_={"facts": row.excluded.facts})
    )


def read_areas(db: Session, file: Path) -> Rows:
    """Nothing is written. Raises BadFile naming all that is wrong."""
    rows: defaultdict[str, dict[str, Staged]] = defaultdict(dict)
    faults: list[Fault] = []
    for row in in_file(file, ("Polygon", "MultiPolygon"), faults):
        kind, key = row.one_of("kind", AREA_KINDS), row.word("key")
        name, name_en = row.word("name"), row.optional("name_en")
        if key in rows[kind]:
            row.fault(f"同じ key「{key}」の{kind}があります", f"another {kind} has the key “{key}”")
        rows[kind][key] = Staged(row.number, row.shape, key=key, name=name, name_en=name_en)
    refuse(faults)
    _refuse_none(db, file, "areas", rows)
    _refuse_no_outline(db, file, rows)
    refuse(_invalid(db, file, [area for areas in rows.values() for area in areas.values()]))
    return {kind: [*areas.values()] for kind, areas in rows.items()}


def read_roads(db: Session, file: Path) -> Rows:
    """Nothing is written. Raises BadFile naming all that is wrong."""
    faults: list[Fault] = []
    rows = [
        Staged(
            row.number,
            row.shape,
            name=row.optional("name") or row.optional("ref"),
            name_en=row.optional("name_en"),
            ref=row.optional("ref"),
            owner=row.one_of("owner", OWNERS),
            road_class=row.optional("class"),
            tolerance_m=row.metres("tolerance_m"),
            source_id=str(row.properties.get("id") or ""),
            level=row.level("level"),
        )
        for row in in_file(file, ("LineString", "MultiLineString"), faults)
    ]
    refuse(faults)
    _refuse_none(db, file, "roads", rows)
    return {"road": rows}


def read_assets(file: Path) -> Rows:
    """As above; a city need not have the file. Raises BadFile naming all that is wrong."""
    rows: defaultdict[str, list[Staged]] = defaultdict(list)
    faults: list[Fault] = []
    is_there = file.exists() or file.is_symlink()  # a link that leads nowhere is meant as a file
    for row in in_file(file, ("Point",), faults) if is_there else ():
        kind, key, name = _asset_kind(row), row.optional("key"), row.optional("name")
        if not key and not name:
            row.fault("key か name がありません", "“key” or “name” is missing")
        owner = row.one_of("owner", ("", *OWNERS))
        rows[kind].append(Staged(row.number, row.shape, key=key, name=name, owner=owner))
    refuse(faults)
    return rows


def districts_in(file: Path) -> dict[str, str] | None:
    """Names by key; None where the file cannot be read."""
    try:
        rows = [row.properties for row in in_file(file, ("Polygon", "MultiPolygon"), [])]
    except BadFile:
        return None
    districts = [each for each in rows if each.get("kind") == "district"]
    return {str(each.get("key")): str(each.get("name")) for each in districts}


def load_areas(db: Session, file: Path) -> int:
    """Replace all areas, of every kind. Returns how many there are now. Raises BadFile."""
    rows = read_areas(db, file)
    in_use = {kind.name for kind in versions.kinds_in_use(db, "areas")}
    wanted = [name for name in AREA_KINDS if name in {*rows, *in_use}]
    return _replace(db, file, {name: rows.get(name, ()) for name in wanted})


def load_roads(db: Session, file: Path) -> int:
    """Replace all centrelines. Returns how many there are now. Raises BadFile."""
    return _replace(db, file, read_roads(db, file))


def load_assets(db: Session, file: Path) -> int:
    """Replace the assets of the kinds in this file; a city need not have it. Raises BadFile."""
    return _replace(db, file, read_assets(file))


def _replace(db: Session, file: Path, rows: Rows) -> int:
    """These rows are their kinds' new versions. Returns how many they are."""
    for name, staged in rows.items():
        _new_version(db, kind_named(name), file, staged)
    return sum(map(len, rows.values()))


def _new_version(db: Session, kind: Kind, file: Path, rows: Sequence[Staged]) -> None:
    staging.begin(db)
    if rows:
        db.execute(_STAGE, [row._asdict() for row in rows])
    layer = versions.new_version(db, kind, source=file.name)
    versions.finish(db, kind, layer, staging.move_in(db, kind, layer))
    staging.end(db)


def _refuse_none(db: Session, file: Path, table: str, rows: Collection[object]) -> None:
    """A file without features, which would leave the map without what it has. Raises BadFile."""
    here = 0 if rows else db.scalar(text(f"SELECT count(*) FROM {table}"))
    if here:
        japanese = f"features が空です。いまある {here}件 が消えるので、読みこみません"
        english = f"no features, which would take the {here} away that are here"
        raise BadFile(str(Fault(file.name, japanese, english)))


def _refuse_no_outline(db: Session, file: Path, rows: Collection[str]) -> None:
    """Without its outline every place would be outside the city. Raises BadFile."""
    if "city" not in rows and "city" in versions.rows_in_use(db):
        japanese = "kind が city の図形がありません。いまある市の区域が消えるので、読みこみません"
        english = "no feature of kind “city”, which would take the city's outline away that is here"
        raise BadFile(str(Fault(file.name, japanese, english)))


def _asset_kind(row: Row) -> str:
    word = row.word("kind")
    try:
        if not word or kind_named(word).table == "assets":
            return word
        row.fault(f"kind「{word}」は設備の種類ではありません", f"{word} is no kind of asset")
    except ValueError as wrong:
        row.fault("kind は streetlight、mirror のような英小文字の語です", str(wrong))
    return word


def _invalid(db: Session, file: Path, rows: Sequence[Staged]) -> list[Fault]:
    """Polygons that cross themselves and the like."""
    given = {"rows": [row.row for row in rows], "shapes": [row.shape for row in rows]}
    names = {row.row: row.name for row in rows}
    return [
        Fault(
            file.name,
            f"{names[found.row]}の多角形が正しくありません({found.why})",
            f"{names[found.row]} is not a valid polygon ({found.why})",
            row=found.row,
        )
        for found in db.execute(_INVALID, given)
    ]


_INVALID: Final = text("""
    SELECT row, ST_IsValidReason(shape) AS why
    FROM (SELECT row, ST_SetSRID(ST_GeomFromGeoJSON(json), 4326) AS shape
          FROM unnest(CAST(:rows AS int[]), CAST(:shapes AS text[])) AS given (row, json)) AS read
    WHERE NOT ST_IsValid(shape)
    ORDER BY row
""")
_STAGE: Final = text(
    f"INSERT INTO staged ({', '.join(Staged._fields)}) VALUES"
    f" ({', '.join(f':{name}' for name in Staged._fields)})".replace(
        ":shape", "ST_SetSRID(ST_GeomFromGeoJSON(:shape), 4326)"
    )
)
