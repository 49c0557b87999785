"""Versions: Michi, Python, PostgreSQL, PostGIS with GEOS and PROJ, Redis; which are too old, at
their end, or known to be bad."""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import metadata, version
from typing import Any, Final

import redis

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, right, warning, wrong
from cli.doctor.groups.connections import one, reading
from cli.doctor.groups.redis import client
from cli.doctor.looks import Check
from reports.city.clock import today

Version = tuple[int, ...]
OLDEST: Final[Mapping[str, Version]] = {
    "postgresql": (14,),
    "postgis": (3,),
    "geos": (3, 9),
    "proj": (6, 1),
    "redis": (6,),
}
"""What Michi works with."""
ENDS: Final[Mapping[int, date]] = {
    14: date(2026, 11, 12),
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
}
"""Of each major version of PostgreSQL: no more mending after that
(https://www.postgresql.org/support/versioning/)."""
BAD: Final[Mapping[Version, tuple[str, str]]] = {
    **dict.fromkeys(
        ((14, 0), (14, 1), (14, 2), (14, 3)),
        (
            "CREATE INDEX CONCURRENTLY が索引を壊します",
            "CREATE INDEX CONCURRENTLY spoils indexes",
        ),
    ),
    **dict.fromkeys(
        ((14, 14), (15, 9), (16, 5), (17, 1)),
        (
            "拡張(PostGIS)とのつなぎが壊れています",
            "its interface to extensions such as PostGIS is broken",
        ),
    ),
}
"""Minor versions that were followed by one that mends this (PostgreSQL's release notes of 14.4, and
of 14.15, 15.10, 16.6 and 17.2)."""


def numbers(words: str) -> Version:
    """3.11.1-CAPI-1.17.1 as (3, 11, 1)."""
    found = []
    for part in words.strip().split("."):
        digits = part[: next((i for i, c in enumerate(part) if not c.isdigit()), len(part))]
        if not digits:
            break
        found.append(int(digits))
        if digits != part:
            break
    return tuple(found)


def _own(asked: Asked) -> Iterator[Finding]:
    ours = version("michi")
    wanted = str(metadata("michi")["Requires-Python"] or ">=3.11").removeprefix(">=")
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < numbers(wanted):
        yield wrong(
            "versions.python",
            f"Python {python} は古すぎます({wanted} 以上)",
            f"Python {python} is too old ({wanted} or later)",
            "apt-get install python3.11 python3.11-venv",
            python=python,
            wanted=wanted,
        )
    else:
        yield right("versions.python", f"Python {python}", f"Python {python}", python=python)
    yield right("versions.michi", f"Michi {ours}", f"Michi {ours}", michi=ours)


def _database(asked: Asked) -> Iterator[Finding]:
    with reading(asked.settings.database_url) as db:
        server = int(one(db, "SHOW server_version_num"))
        full = str(one(db, "SELECT postgis_full_version()") or "") if _has_postgis(db) else ""
    yield postgresql((server // 10_000, server % 10_000), today())
    for part, name in (("postgis", "POSTGIS"), ("geos", "GEOS"), ("proj", "PROJ")):
        if full:
            yield _at_least(part, _of(full, name))


def _has_postgis(db: Any) -> bool:
    return bool(one(db, "SELECT 1 FROM pg_extension WHERE extname = 'postgis'"))


def _of(full: str, name: str) -> str:
    """What postgis_full_version() says of a part: POSTGIS="3.3.2 4975da8" GEOS="3.11.1-CAPI…"."""
    return full.partition(f'{name}="')[2].partition('"')[0].partition(" ")[0]


def postgresql(server: Version, now: date) -> Finding:
    """What is to be said of a version of the server."""
    shown, major = ".".join(map(str, server)), server[0]
    name, to_type = "versions.postgresql", f"apt-get install --only-upgrade postgresql-{major}"
    if server < OLDEST["postgresql"]:
        return wrong(
            name,
            f"PostgreSQL {shown} は古すぎます(14 以上)",
            f"PostgreSQL {shown} is too old (14 or later)",
            "pg_upgradecluster",
            postgresql=shown,
        )
    if server in BAD:
        ja, en = BAD[server]
        return wrong(
            name,
            f"PostgreSQL {shown}: {ja}",
            f"PostgreSQL {shown}: {en}",
            to_type,
            postgresql=shown,
        )
    end = ENDS.get(major)
    if end and now > end:
        return warning(
            name,
            f"PostgreSQL {shown} は {end} で保守が終わりました",
            f"PostgreSQL {shown} is not mended any more since {end}",
            f"pg_upgradecluster {major} main",
            postgresql=shown,
            ended=end.isoformat(),
        )
    return right(name, f"PostgreSQL {shown}", f"PostgreSQL {shown}", postgresql=shown)


def _at_least(part: str, there: str) -> Finding:
    oldest, title = OLDEST[part], _TITLES[part]
    shown = ".".join(map(str, oldest))
    if numbers(there) < oldest:
        return wrong(
            f"versions.{part}",
            f"{title} {there} は古すぎます({shown} 以上)",
            f"{title} {there} is too old ({shown} or later)",
            f"apt-get install --only-upgrade {_PACKAGES[part]}",
            **{part: there},
        )
    return right(f"versions.{part}", f"{title} {there}", f"{title} {there}", **{part: there})


_TITLES: Final = {"postgis": "PostGIS", "geos": "GEOS", "proj": "PROJ", "redis": "Redis"}
_PACKAGES: Final = {
    "postgis": "postgresql-postgis",
    "geos": "libgeos-c1v5",
    "proj": "libproj25",
    "redis": "redis-server",
}


def _redis(asked: Asked) -> Iterator[Finding]:
    try:
        with client(asked) as connection:
            told = dict(connection.info("server"))
    except redis.RedisError:  # who may not ask it is told so by the group of Redis
        return
    yield _at_least("redis", str(told.get("redis_version", "")))


CHECKS: Final = (
    Check("versions.python", _own),
    Check("versions.postgresql", _database, ("DATABASE_URL", "database")),
    Check("versions.redis", _redis, ("REDIS_URL", "redis")),
)
