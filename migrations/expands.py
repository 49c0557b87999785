"""Whether a migration only adds: what a process of the version before reads and writes is there
after it as before, and nothing that it writes is refused for something new.

Told by the database's own catalog, before and after; not by what a migration says of itself.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

MARK: Final = "CONTRACTS"
"""In a migration that does more: a sentence that says what must be over before it runs."""
WIDER: Final = "WIDER"
"""In a migration: names of rules that it words anew, which refuse nothing that they took before."""


class Column(NamedTuple):
    """`is_needed`: who writes a row must give it."""

    type: str
    is_nullable: bool
    is_needed: bool


class Rule(NamedTuple):
    """What rows are held to: a check, a foreign key, a unique index. `names`: what it speaks of."""

    table: str
    words: str
    names: frozenset[str]


class Catalog(NamedTuple):
    """What processes can meet. Columns by table and name, rules by table and name."""

    columns: Mapping[tuple[str, str], Column]
    rules: Mapping[tuple[str, str], Rule]
    functions: frozenset[str]


def catalog(connection: Connection) -> Catalog:
    """As this transaction sees it, of the schema that its role writes to."""
    driver: Any = connection.connection.driver_connection
    columns = {(row[0], row[1]): Column(*row[2:]) for row in driver.execute(_COLUMNS)}
    rules = {
        (table, name): Rule(table, words, frozenset(re.findall(r"\w+", words)))
        for table, name, words in driver.execute(_RULES)
    }
    return Catalog(columns, rules, frozenset(row[0] for row in driver.execute(_FUNCTIONS)))


def contractions(before: Catalog, after: Catalog, wider: Collection[str] = ()) -> list[str]:
    """What a process of the version before can stumble over, each in a few words."""
    return [
        *_of_columns(before, after),
        *(f"{rule}: {what}" for rule, what in _of_rules(before, after) if rule not in wider),
        *(f"{name}: is gone" for name in sorted(before.functions - after.functions)),
    ]


def _of_columns(before: Catalog, after: Catalog) -> Iterator[str]:
    tables = {table for table, _ in before.columns}
    for (table, name), was in before.columns.items():
        now = after.columns.get((table, name))
        if now is None:
            yield f"{table}.{name}: is gone"
        elif now.type != was.type:
            yield f"{table}.{name}: {was.type} is now {now.type}"
        elif was.is_nullable and not now.is_nullable:
            yield f"{table}.{name}: may be NULL no more"
        elif now.is_needed and not was.is_needed:
            yield f"{table}.{name}: has no default any more"
    for (table, name), now in after.columns.items():
        if table in tables and (table, name) not in before.columns and now.is_needed:
            yield f"{table}.{name}: is new, and who writes a row must give it"


def _of_rules(before: Catalog, after: Catalog) -> Iterator[tuple[str, str]]:
    """A rule about what is new says nothing of rows that leave it out."""
    tables = {table for table, _ in before.columns}
    of_before = {rule.words for rule in before.rules.values()}
    for key, rule in after.rules.items():
        if rule.table not in tables or rule.words in of_before:
            continue
        new = {name for table, name in after.columns if table == rule.table} - {
            name for table, name in before.columns if table == rule.table
        }
        was = before.rules.get(key)
        if not rule.names & new and not (was and _is_wider(rule.words, was.words)):
            yield (
                key[1],
                f"holds for other rows of {rule.table}" if was else f"new for {rule.table}",
            )


def _is_wider(now: str, was: str) -> bool:
    """The same, with more values that may be."""
    return _bare(now) == _bare(was) and _values(now) >= _values(was)


def _values(words: str) -> set[str]:
    return set(_VALUE.findall(words))


def _bare(words: str) -> str:
    return re.sub(r"(, )+", "", _VALUE.sub("", words))


_VALUE: Final = re.compile(r"'((?:[^']|'')*)'::[\w ]+(?:\[\])?")
_OURS: Final = """
    c.relnamespace = current_schema()::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
"""
_COLUMNS: Final = f"""
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
           a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND {_OURS}
"""
_RULES: Final = f"""
    SELECT c.relname, r.conname, pg_get_constraintdef(r.oid)
    FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid
    WHERE r.contype IN ('c', 'f', 'x') AND {_OURS}
    UNION ALL
    SELECT c.relname, u.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class u ON u.oid = i.indexrelid
    WHERE i.indisunique AND {_OURS}
"""
_FUNCTIONS: Final = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND p.prorettype <> 'trigger'::regtype AND NOT EXISTS (
        SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
"""
