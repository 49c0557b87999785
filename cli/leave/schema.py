"""What tables and columns the database has, as the database says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store import sql


@dataclass(frozen=True, slots=True)
class Column:
    """`type`: as PostgreSQL writes it, "timestamp with time zone"; `refers_to`: "tickets.id", or
    ""."""

    name: str
    type: str
    may_be_empty: bool
    refers_to: str


@dataclass(frozen=True, slots=True)
class Table:
    """`order`: the columns of its primary key; `rows`: about how many, as the planner thinks."""

    name: str
    columns: Sequence[Column]
    order: Sequence[str]
    rows: int


def tables(db: Session) -> Mapping[str, Table]:
    """All of ours by name; PostGIS's own are no data of a city."""
    columns: dict[str, list[Column]] = {}
    for table, *column in sql.run(db, _COLUMNS):
        columns.setdefault(table, []).append(Column(*column))
    return {
        name: Table(name, columns[name], order or [], max(0, int(rows)))
        for name, order, rows in sql.run(db, _TABLES)
    }


_OURS = """c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
_TABLES = f"""
    SELECT c.relname, (
        SELECT array_agg(a.attname::text ORDER BY array_position(i.indkey::int2[], a.attnum))
        FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
        WHERE i.indrelid = c.oid AND i.indisprimary), c.reltuples
    FROM pg_class c WHERE {_OURS} ORDER BY c.relname"""
_COLUMNS = f"""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, coalesce((
        SELECT f.confrelid::regclass || '.' || r.attname
        FROM pg_constraint f JOIN pg_attribute r
            ON r.attrelid = f.confrelid AND r.attnum = f.confkey[1]
        WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.conkey = ARRAY[a.attnum]), '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE {_OURS} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""
