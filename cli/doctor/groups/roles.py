"""The roles of the database: the processes' own only adds to the audit log, the owner's works."""

from collections.abc import Iterator
from typing import Final

import psycopg

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.groups.connections import one, reading
from cli.doctor.looks import Check
from migrations.grants import ONLY_ADDED_TO


def _application(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        role, is_super = db.execute(_ROLE).fetchone() or ("", False)
        if not one(db, "SELECT to_regclass('audit')::text"):
            return
        owner = str(
            one(db, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'audit'::regclass")
        )
        is_owner = bool(one(db, "SELECT pg_has_role(current_user, %s, 'MEMBER')", owner))
        too_much = [each for (each,) in db.execute(_TOO_MUCH, [list(ONLY_ADDED_TO)]).fetchall()]
        lacks = [each for (each,) in db.execute(_LACKS, [list(ONLY_ADDED_TO)]).fetchall()]
    if is_super or is_owner:
        yield warning(
            "database.role",
            f"プロセスの役割 {role} は{'何でもできます' if is_super else '表を持っています'}。"
            "監査ログを書き換えられます",
            f"the processes' role {role} {'may do anything' if is_super else 'owns the tables'}:"
            " it could change the audit log",
            _TWO_ROLES.format(michi=asked.michi),
            role=role,
            owner=owner,
            superuser=is_super,
        )
    elif too_much or lacks:
        yield _granted_otherwise(asked, role, too_much, lacks)
    else:
        yield right(
            "database.role",
            f"役割 {role} は監査ログに書き足すことしかできません",
            f"the role {role} can only add to the audit log",
            role=role,
            owner=owner,
        )


def _granted_otherwise(asked: Asked, role: str, too_much: list[str], lacks: list[str]) -> Finding:
    to_type = f"{asked.michi} migrate    # with DATABASE_OWNER_URL"
    if too_much:
        ja = f"プロセスの役割 {role} は監査ログを変えられます({', '.join(too_much)})"
        en = f"the processes' role {role} may change the audit log ({', '.join(too_much)})"
        return wrong("database.role", ja, en, to_type, role=role, tables=too_much)
    some = ", ".join(lacks[:5])
    ja = f"プロセスの役割 {role} は {some} を使えません"
    en = f"the processes' role {role} may not use {some}"
    return wrong("database.role", ja, en, to_type, role=role, tables=lacks)


_ROLE: Final = "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
_TOO_MUCH: Final = """
    SELECT name FROM unnest(%s::text[]) AS of (name)
    WHERE has_table_privilege(name, 'UPDATE') OR has_table_privilege(name, 'DELETE')
       OR has_table_privilege(name, 'TRUNCATE')
"""
_LACKS: Final = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema()
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
               AND (c.relname = ANY(%s::text[]) OR (has_table_privilege(c.oid, 'UPDATE')
                                            AND has_table_privilege(c.oid, 'DELETE'))))
    ORDER BY 1
"""
_TWO_ROLES: Final = (
    "CREATE ROLE michi_app LOGIN PASSWORD '…';    -- docs/audit.md\n"
    "DATABASE_OWNER_URL=…(今の DATABASE_URL)  DATABASE_URL=postgresql://michi_app:…\n"
    "{michi} migrate"
)


def _owner(asked: Asked) -> Iterator[Finding]:
    url = asked.settings.database_owner_url
    if not url:
        yield right(
            "database.owner",
            "DATABASE_OWNER_URL はありません(移行は DATABASE_URL の役割でします)",
            "no DATABASE_OWNER_URL: migrations run as the role of DATABASE_URL",
        )
        return
    try:
        with reading(url) as db:
            role = str(one(db, "SELECT current_user"))
            owns = bool(
                one(
                    db,
                    "SELECT coalesce(bool_and(pg_has_role(current_user, relowner, 'MEMBER')), true)"
                    " FROM pg_class WHERE oid = to_regclass('audit')",
                )
            )
            here = one(db, _WHICH)
    except psycopg.Error:
        yield wrong(
            "database.owner",
            "DATABASE_OWNER_URL でつながりません。michi migrate が動きません",
            "DATABASE_OWNER_URL does not connect: `michi migrate` cannot work",
            asked.to_set("DATABASE_OWNER_URL=postgresql://michi_owner:…@…/michi"),
        )
        return
    with reading(asked.settings.database_url) as db:
        same = one(db, _WHICH) == here
    if not owns or not same:
        yield wrong(
            "database.owner",
            f"DATABASE_OWNER_URL の {role} は" + ("表を持ちません" if same else "別の所にいます"),
            f"{role} of DATABASE_OWNER_URL "
            + ("does not own the tables" if same else "is in another database"),
            f"REASSIGN OWNED BY … TO {role};" if same else asked.to_set("DATABASE_OWNER_URL=…"),
            role=role,
        )
    else:
        yield right(
            "database.owner", f"持ち主 {role} も使えます", f"the owner {role} works", role=role
        )


_WHICH: Final = "SELECT oid || ' ' || datname FROM pg_database WHERE datname = current_database()"

CHECKS: Final = (
    Check("database.role", _application, ("DATABASE_URL", "database")),
    Check("database.owner", _owner, ("DATABASE_OWNER_URL", "DATABASE_URL", "database")),
)
