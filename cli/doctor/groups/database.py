"""PostgreSQL: whether it answers, what it promises, and the schema in it."""

from collections.abc import Iterator, Mapping
from typing import Final

import psycopg

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.groups.connections import Row, one, reading
from cli.doctor.groups.libpq import no_connection
from cli.doctor.looks import Check
from geo.sections.cutting import LATE
from settings import ROOT
from store import schema


def _connection(asked: Asked) -> Iterator[Finding]:
    try:
        with reading(asked.settings.database_url) as db:
            standby = one(db, "SELECT pg_is_in_recovery()")
            server = one(db, "SELECT current_setting('server_version')")
    except psycopg.Error as away:
        yield no_connection(asked, str(away))
        return
    if standby:
        yield wrong(
            "database.connection",
            "このサーバーは控えで、書けません。DATABASE_URL を主のサーバーにしてください",
            "this server is a standby and takes no writes: lead DATABASE_URL to the primary",
            asked.to_set("DATABASE_URL=postgresql://…@a,b/michi?target_session_attrs=read-write"),
        )
    else:
        yield right("database.connection", f"答えます({server})", f"it answers ({server})")


def _promises(asked: Asked) -> Iterator[Finding]:
    """200 to LINE means that it is on the disk; and nobody cleans up for the server."""
    with reading(asked.settings.database_url) as db:
        rows = db.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(_RIGHT_ARE)]
        )
        found = dict(rows.fetchall())
        encoding = one(db, "SELECT current_setting('server_encoding')")
    off = [
        name for name, right_is in _RIGHT_ARE.items() if found.get(name, right_is) not in right_is
    ]
    for name in off:
        level = wrong if name in ("fsync", "full_page_writes") else warning
        yield level(
            "database.promises",
            f"{name} が {found[name]} です。{_WHY[name][0]}",
            f"{name} is {found[name]}: {_WHY[name][1]}",
            f"ALTER SYSTEM SET {name} = on;\nSELECT pg_reload_conf();",
            setting=name,
            value=found[name],
        )
    if encoding != "UTF8":
        yield wrong(
            "database.encoding",
            f"データベースの文字コードが {encoding} です",
            f"the encoding of the database is {encoding}",
            "createdb --encoding UTF8 --template template0 michi",
            encoding=encoding,
        )
    elif not off:
        yield right(
            "database.promises", "書いたものは電源が切れても残ります", "what is written stays"
        )


_ON: Final = ("on",)
_RIGHT_ARE: Final[Mapping[str, tuple[str, ...]]] = {
    "fsync": _ON,
    "full_page_writes": _ON,
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "autovacuum": _ON,
}
_LOST: Final = (
    "電源が切れると、LINE に受け取ったと答えたものが消えます",
    "with the power goes what LINE was told we have",
)
_WHY: Final = {
    "fsync": _LOST,
    "full_page_writes": _LOST,
    "synchronous_commit": _LOST,
    "autovacuum": ("表が太り続けます", "tables grow for ever"),
}


def _extensions(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        there = one(db, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
        offered = one(
            db, "SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'"
        )
    if there and offered and there != offered:
        yield warning(
            "database.extensions",
            f"PostGIS は {there} のままで、サーバーには {offered} があります",
            f"PostGIS is still {there}, and the server has {offered}",
            "SELECT postgis_extensions_upgrade();    -- as a superuser, in this database",
            postgis=there,
            offered=offered,
        )
    elif there:
        yield right(
            "database.extensions",
            f"PostGIS {there} が入っています",
            f"PostGIS {there}",
            postgis=there,
        )
    elif offered:
        yield wrong(
            "database.extensions",
            "PostGIS がこのデータベースに入っていません",
            "PostGIS is not in this database",
            f"CREATE EXTENSION postgis;    -- as a superuser, here\n{asked.michi} migrate",
        )
    else:
        yield wrong(
            "database.extensions",
            "データベースのサーバーに PostGIS がありません",
            "the server has no PostGIS",
            "apt-get install postgresql-postgis",
        )


def _migrations(asked: Asked) -> Iterator[Finding]:
    needed = schema.needed()
    with reading(asked.settings.database_url) as db:
        known = one(db, "SELECT to_regclass('alembic_version')::text")
        there = str(one(db, "SELECT max(version_num) FROM alembic_version") or "") if known else ""
    files = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    pending = sorted(file.stem for file in files if file.name.partition("_")[0] > there)
    if there > needed:
        yield warning(
            "database.migrations",
            f"データベースは新しい版({there})で、この Michi は {needed} のものです",
            f"the database is ahead ({there}) of this Michi ({needed})",
            there=there,
            needed=needed,
        )
    elif pending:
        yield wrong(
            "database.migrations",
            f"データベースは {there or '空'} で、{len(pending)} の移行が残っています",
            f"the database is {there or 'empty'}: {len(pending)} migrations are missing",
            f"{asked.michi} migrate",
            there=there,
            needed=needed,
            pending=pending,
        )
    else:
        yield right(
            "database.migrations", f"最新です({there})", f"up to date ({there})",
            there=there, needed=needed, pending=[],
        )  # fmt: skip


def _indexes(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        names = [name for (name,) in db.execute(_INVALID).fetchall()]
        collation = db.execute(_COLLATION).fetchone() if _knows_collations(db) else None
    for name in names:
        yield wrong(
            "database.indexes",
            f"索引 {name} は作りかけで使われません",
            f"the index {name} is not valid: nobody uses it",
            f"REINDEX INDEX CONCURRENTLY {name};    -- as the owner of the tables",
            index=name,
        )
    if collation:
        yield wrong(
            "database.collation",
            f"文字の並び順がサーバーの OS の更新で変わりました({collation[0]} → {collation[1]})。"
            "索引が合わないかもしれません",
            f"the system's order of letters has changed ({collation[0]} → {collation[1]}):"
            " indexes may be wrong",
            f"REINDEX DATABASE {collation[2]};\n"
            f"ALTER DATABASE {collation[2]} REFRESH COLLATION VERSION;",
            made_with=collation[0],
            has=collation[1],
        )
    if not names and not collation:
        yield right("database.indexes", "索引はすべて使えます", "all indexes are valid")


def _knows_collations(db: psycopg.Connection[Row]) -> bool:
    return db.info.server_version >= 150000


_INVALID: Final = """
    SELECT quote_ident(c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT i.indisvalid AND n.nspname = ANY(current_schemas(false))
      AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
    ORDER BY 1
"""
_COLLATION: Final = """
    SELECT datcollversion, pg_database_collation_actual_version(oid), quote_ident(datname)
    FROM pg_database WHERE datname = current_database()
      AND datcollversion <> pg_database_collation_actual_version(oid)
"""


def _size(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        whole = int(one(db, "SELECT pg_database_size(current_database())"))
        tables: dict[str, int] = dict(db.execute(_LARGEST).fetchall())
        used, most = db.execute(_CONNECTIONS).fetchone() or (0, 0)
    largest = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in tables.items())
    yield right(
        "database.size",
        f"{whole / 1e6:,.0f} MB。大きい順に {largest}",
        f"{whole / 1e6:,.0f} MB",
        bytes=whole,
        largest=tables,
    )
    if most and used > most * _NEARLY_ALL:
        yield warning(
            "database.connections",
            f"接続が {used} / {most} です",
            f"{used} of {most} connections are taken",
            "ALTER SYSTEM SET max_connections = 200;    # then restart PostgreSQL",
            used=used,
            most=most,
        )
    else:
        yield right(
            "database.connections", f"接続は {used} / {most}", f"connections {used} / {most}",
            used=used, most=most,
        )  # fmt: skip


def _sections(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        is_there = one(db, "SELECT to_regclass('section_cuts') IS NOT NULL")
        is_late = is_there and one(db, LATE)
    if is_late:
        yield warning(
            "database.sections",
            "地図の道路が、1 日たっても区間に切られていません。区間ごとの数字は「不明」になります",
            "for a day the roads in use were not cut into sections: numbers by section are unknown",
            "journalctl -u 'michi*' | grep cut_sections",
        )
    else:
        yield right(
            "database.sections",
            "道路の区間は、いまの地図のものです",
            "sections are of the map in use",
        )


_LARGEST: Final = """
    SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = ANY(current_schemas(false))
    ORDER BY 2 DESC LIMIT 5
"""
_CONNECTIONS: Final = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           current_setting('max_connections')::int
"""
_NEARLY_ALL: Final = 0.8


CHECKS: Final = (
    Check("database.connection", _connection, ("DATABASE_URL",), opens="database"),
    Check("database.promises", _promises, ("DATABASE_URL", "database")),
    Check("database.extensions", _extensions, ("DATABASE_URL", "database")),
    Check("database.migrations", _migrations, ("DATABASE_URL", "database")),
    Check("database.indexes", _indexes, ("DATABASE_URL", "database")),
    Check("database.sections", _sections, ("DATABASE_URL", "database")),
    Check("database.size", _size, ("DATABASE_URL", "database")),
)
