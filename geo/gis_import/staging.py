"""Rows on their way in: a temporary table filled by COPY, mended there, then moved in one INSERT.

The table lives as long as the connection, so that a person may look before anything is written.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.gis_import import findings
from geo.gis_import.findings import Findings
from geo.kinds import Kind
from store import sql


class Staged(NamedTuple):
    """One row of the file. `shape`: hex WKB in degrees. `row` counts from 1, as in the file."""

    row: int
    shape: str
    key: str = ""
    name: str = ""
    name_en: str = ""
    ref: str = ""
    owner: str = ""
    road_class: str = ""
    tolerance_m: float | None = None
    source_id: str = ""
    level: int = 0


def begin(db: Session) -> None:
    """An empty table of this connection's own."""
    end(db)
    db.execute(text(_STAGED))


def end(db: Session) -> None:
    """Take the table away, if there is one."""
    db.execute(text("DROP TABLE IF EXISTS pg_temp.staged"))


@contextmanager
def copying(db: Session) -> Iterator[Callable[[Staged], None]]:
    """A door for many rows: `with copying(db) as put: put(row)`."""
    connection: psycopg.Connection = db.connection().connection.driver_connection  # type: ignore[assignment]
    with (
        sql.one_family(),
        connection.cursor() as cursor,
        cursor.copy(f"COPY staged ({', '.join(Staged._fields)}) FROM STDIN") as copy,
    ):
        yield copy.write_row


def drop(db: Session, rows: list[int]) -> None:
    """Leave these rows out."""
    db.execute(text("DELETE FROM staged WHERE row = ANY(:rows)"), {"rows": rows})


def mend_polygons(db: Session, found: Findings) -> None:
    """Invalid polygons become valid ones of the same outline; those without any area go."""
    for row, nothing in db.execute(text(_MEND)).all():
        found.add(findings.NOTHING_LEFT if nothing else findings.CROSSES_ITSELF, row)
    db.execute(text("DELETE FROM staged WHERE ST_IsEmpty(shape)"))


def look_at_keys(db: Session, found: Findings) -> None:
    """Areas of one key are one area; of another name they cannot be."""
    for rows, names in db.execute(text(_SAME_KEY)):
        found.add(findings.KEY_OF_ANOTHER if names > 1 else findings.ONE_OF_SEVERAL, *rows)


def count(db: Session) -> int:
    """How many rows are left."""
    rows: int = db.execute(text("SELECT count(*) FROM staged")).scalar_one()
    return rows


def sample(db: Session, rows: int = 5) -> list[Mapping[str, Any]]:
    """Rows from all over the file, the facts only."""
    return [dict(row) for row in db.execute(text(_SAMPLE), {"rows": rows}).mappings()]


def move_in(db: Session, kind: Kind, layer_id: int) -> int:
    """From here into the kind's table. Returns how many rows that made."""
    done: Any = db.execute(text(_INTO[kind.table]), {"kind": kind.name, "layer": layer_id})
    made: int = done.rowcount
    return made


_STAGED: Final = """
    CREATE TEMP TABLE staged (
        row integer, key text, name text, name_en text, ref text, owner text, road_class text,
        tolerance_m float8, source_id text, level smallint, shape geometry(Geometry, 4326)
    )
"""
_MEND: Final = """
    UPDATE staged
    SET shape = ST_Multi(ST_CollectionExtract(ST_MakeValid(shape, 'method=structure'), 3))
    WHERE NOT ST_IsValid(shape) RETURNING row, ST_IsEmpty(shape)
"""
_SAME_KEY: Final = """
    SELECT array_agg(row), count(DISTINCT name) FROM staged GROUP BY key HAVING count(*) > 1
"""
_SAMPLE: Final = """
    SELECT row, key, name, name_en, ref, owner, road_class, tolerance_m, source_id
    FROM (SELECT *, row_number() OVER (ORDER BY row) - 1 AS nth, count(*) OVER () AS all_rows
          FROM staged) AS counted
    WHERE nth % greatest(all_rows / :rows, 1) = 0 ORDER BY row LIMIT :rows
"""
_INTO: Final = {
    "areas": """
        INSERT INTO areas (kind, key, name, name_en, shape, layer_id)
        SELECT :kind, key, min(name), min(name_en),
               CASE WHEN count(*) = 1 THEN ST_Multi((array_agg(shape))[1])
                    ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Union(shape)), 3)) END,
               :layer
        FROM staged GROUP BY key ORDER BY min(row)
    """,
    "roads": """
        INSERT INTO roads
            (ref, name, name_en, owner, road_class, tolerance_m, line, source_id, level, layer_id)
        SELECT ref, name, name_en, owner, road_class, tolerance_m, ST_Multi(shape), source_id,
               coalesce(level, 0), :layer
        FROM staged ORDER BY row
    """,
    "assets": """
        INSERT INTO assets (kind, key, name, owner, place, layer_id)
        SELECT :kind, key, name, owner, shape, :layer FROM staged ORDER BY row
    """,
}
