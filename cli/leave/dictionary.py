"""What goes out and what it means (dictionary.toml), laid over the tables that there are."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cli.leave.schema import Column, Table

FILE: Final = Path(__file__).with_name("dictionary.toml")


class Meaning(NamedTuple):
    """In both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file. `sql`: its text, out of the table's row."""

    name: str
    type: str
    sql: str
    may_be_empty: bool
    is_personal: bool
    refers_to: str
    means: Meaning


@dataclass(frozen=True, slots=True)
class Going:
    """A table that goes out. `shape`: its column of geometry and that one's type, or ""."""

    table: Table
    says: Meaning
    fields: Sequence[Field]
    shape: str
    shape_type: str


class Staying(NamedTuple):
    """A table, or a column of one, that does not go out."""

    table: str
    column: str
    why: Meaning


UNKNOWN: Final = Meaning("この版の Michi が知らないもの", "not known to this version of Michi")


def going(tables: Mapping[str, Table]) -> Iterator[Going]:
    """What goes out, in the order of the dictionary."""
    for name, told in _dictionary()["tables"].items():
        if (table := tables.get(name)) is not None:
            known = [each for each in table.columns if _meaning(name, each.name)]
            shape = next((one for one in known if one.type.startswith("geometry")), None)
            yield Going(
                table,
                Meaning(*told["says"]),
                [field for column in known for field in _fields(name, column, told)],
                shape.name if shape else "",
                shape.type.removeprefix("geometry(").partition(",")[0] if shape else "",
            )


def staying(tables: Mapping[str, Table]) -> Iterator[Staying]:
    """What does not, and why; what nobody has described stays too."""
    said = _dictionary()
    for name, table in tables.items():
        if name in said["tables"]:
            left_out = said["tables"][name].get("left_out", {})
            for column in table.columns:
                if not _meaning(name, column.name):
                    yield Staying(name, column.name, _why(left_out, column.name))
        else:
            yield Staying(name, "", _why(said["left_out"], name))


def _fields(table: str, column: Column, told: Mapping[str, Any]) -> Iterator[Field]:
    """A point is two columns; whatever else is one."""
    means = _meaning(table, column.name)
    assert means
    refers = column.refers_to or told.get("refs", {}).get(column.name, "")
    personal = column.name in told.get("personal", ())
    for suffix, type, sql, (ja, en) in _forms(column):
        yield Field(
            f"{column.name}{suffix}", type, sql, column.may_be_empty, personal, refers,
            Meaning(means.ja + ja, means.en + en),
        )  # fmt: skip


def _forms(column: Column) -> Iterator[tuple[str, str, str, tuple[str, str]]]:
    """Of each column that it becomes: the end of its name, its type, its SQL, what to add."""
    name = f't."{column.name}"'
    match column.type.partition("(")[0]:
        case "geometry" if column.type.startswith("geometry(Point"):
            yield "_lon", "degrees", f"ST_X({name})::text", _LON
            yield "_lat", "degrees", f"ST_Y({name})::text", _LAT
        case "geometry":
            yield "_wkt", "WKT", f"ST_AsText({name})", _WKT
        case "timestamp with time zone":
            yield "", "time", f"to_char({name}, '{_ISO}')", _NOTHING
        case "jsonb":
            yield "", "JSON", f"{name}::text", _NOTHING
        case "bytea":
            yield "", "hex", f"encode({name}, 'hex')", _NOTHING
        case type if type.endswith("[]"):
            yield "", "JSON", f"to_json({name})::text", _NOTHING
        case type:
            yield "", _TYPES.get(type, "text"), f"{name}::text", _NOTHING


_NOTHING: Final = ("", "")
_LON: Final = (":経度(WGS 84)", ": longitude (WGS 84)")
_LAT: Final = (":緯度(WGS 84)", ": latitude (WGS 84)")
_WKT: Final = ("(経度 緯度、WGS 84)", " (longitude latitude, WGS 84)")
_ISO: Final = 'YYYY-MM-DD"T"HH24:MI:SS.USTZH:TZM'
_TYPES: Final = {
    "bigint": "integer", "integer": "integer", "smallint": "integer", "boolean": "true/false",
    "date": "day", "double precision": "number", "numeric": "number",
}  # fmt: skip


def _meaning(table: str, column: str) -> Meaning | None:
    """None of what does not go out."""
    said = _dictionary()
    told = said["tables"][table]
    if column in told.get("left_out", {}):
        return None
    words = told.get("columns", {}).get(column)
    if words is None and column in said["words"]:
        words = said["words"][column]
    return Meaning(*words) if words else None


def _why(reasons: Mapping[str, Sequence[str]], name: str) -> Meaning:
    return Meaning(*reasons[name]) if name in reasons else UNKNOWN


@cache
def _dictionary() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
