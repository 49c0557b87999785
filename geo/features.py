"""The city's map data as features, page by page: its areas, its towns and its roads."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from store import sql

Box = tuple[float, float, float, float]
"""west, south, east, north in degrees, west not above east."""


class Shape(NamedTuple):
    """One of them; `geometry`: GeoJSON text in degrees to some 10 cm; `facts`: by the names of
    `FACTS`. Its id holds until the city's map data is loaded again."""

    id: int
    geometry: str
    facts: Mapping[str, Any]


FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "areas": ("kind", "key", "name", "name_en"),
    "towns": ("key", "name", "name_en"),
    "roads": ("ref", "name", "name_en", "owner", "road_class"),
}
"""What is told of each, by what they are. `areas`: the city, its districts and its neighbours;
`towns`: polygons, or points where the city's file had only the centres."""


def find(
    db: Session,
    of: str,
    equal: Mapping[str, str],
    boxes: Sequence[Box],
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Shape]:
    """By id, those above `after`: whose facts are `equal`, and that touch any of the boxes, or
    whichever where there is none. Raises KeyError for what is none of FACTS."""
    where, values = _where(of, equal, boxes)
    statement = f"""
        SELECT id, ST_AsGeoJSON(shape, 6), {", ".join(FACTS[of])} FROM ({_OF[of]}) AS f
        WHERE id > %(after)s AND {where} ORDER BY id LIMIT %(limit)s
    """
    rows = sql.run(db, statement, after=after, limit=limit, **values)
    return [_shape(of, row) for row in rows]


def count(db: Session, of: str, equal: Mapping[str, str], boxes: Sequence[Box]) -> int:
    """How many `find` has, on all pages."""
    where, values = _where(of, equal, boxes)
    statement = f"SELECT count(*) FROM ({_OF[of]}) AS f WHERE {where}"
    return int(sql.run(db, statement, **values)[0][0])


def one(db: Session, of: str, id: int) -> Shape | None:
    """The one with this id."""
    found = find(db, of, {}, (), after=id - 1, limit=1)
    return found[0] if found and found[0].id == id else None


def extent(db: Session) -> Box | None:
    """All around what is loaded of the city itself; None where nothing is."""
    row = sql.run(db, _EXTENT)[0]
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


def _shape(of: str, row: Sequence[Any]) -> Shape:
    return Shape(row[0], row[1], dict(zip(FACTS[of], row[2:], strict=True)))


def _where(of: str, equal: Mapping[str, str], boxes: Sequence[Box]) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    where = ["true"]
    for name, value in equal.items():
        if name not in FACTS[of]:
            raise KeyError(name)
        where.append(f"{name} = %({name})s")
        values[name] = value
    touched = []
    for turn, box in enumerate(boxes):
        names = [f"{side}{turn}" for side in ("west", "south", "east", "north")]
        values |= dict(zip(names, box, strict=True))
        corners = ", ".join(f"%({name})s" for name in names)
        touched.append(f"ST_Intersects(shape, ST_MakeEnvelope({corners}, 4326))")
    if touched:
        where.append(f"({' OR '.join(touched)})")
    return " AND ".join(where), values


_OF: Final = {
    "areas": "SELECT id, kind, key, name, name_en, shape FROM areas WHERE kind <> 'town'",
    "towns": """
        SELECT id, key, name, name_en, shape FROM areas WHERE kind = 'town'
        UNION ALL SELECT id, key, name, '', place FROM assets WHERE kind = 'town'
    """,
    "roads": "SELECT id, ref, name, name_en, owner, road_class, line AS shape FROM roads",
}
_EXTENT: Final = """
    SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
    FROM (SELECT ST_Extent(shape) AS e FROM (
        SELECT shape FROM areas WHERE kind <> 'neighbour' UNION ALL SELECT line FROM roads
    ) AS parts) AS around
"""
